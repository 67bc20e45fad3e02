import { secp256k1 } from "@noble/curves/secp256k1.js";

const DIGEST_BYTES = 32;

/**
 * `ecdsaRecover` of the native `secp256k1`, on @noble/curves: slower, but a page recovers few keys.
 *
 * @param signature r and s, 64 bytes
 * @param digest 32 bytes
 * @param output receives the key, 33 bytes if it is compressed, else 65
 * @throws {Error} when no public key fits
 */
function ecdsaRecover(
  signature: Uint8Array,
  recoveryId: number,
  digest: Uint8Array,
  isCompressed: boolean | undefined,
  output: Uint8Array,
): Uint8Array {
  if (digest.length !== DIGEST_BYTES) throw new TypeError(`a digest has ${DIGEST_BYTES} bytes`);
  const parsed = secp256k1.Signature.fromBytes(signature, "compact").addRecoveryBit(recoveryId);
  output.set(parsed.recoverPublicKey(digest).toBytes(isCompressed));
  return output;
}

export default { ecdsaRecover };
