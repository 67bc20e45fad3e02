import { dataSlice, getBytes, keccak256 } from "ethers";
import secp256k1 from "secp256k1";

const SIGNATURE_BYTES = 64;
/** A recovery id of 0 is written as 27 in Ethereum's signatures. */
const FIRST_RECOVERY_ID = 27;
/** Before the coordinates of an uncompressed point (SEC 1, section 2.3.3). */
const POINT_PREFIX_BYTES = 1;
/** An address is the last 20 bytes of the hash of the coordinates. */
const ADDRESS_OFFSET = 12;

/**
 * The address whose key signed a digest, by libsecp256k1: sealing and verifying many sessions does it for each, and
 * in JavaScript it takes twenty times as long.
 *
 * @param digest 32 bytes, hex.
 * @param signature r, s and v (27 or 28), 65 bytes, hex.
 * @returns lower-case hex.
 * @throws {Error} when no public key fits.
 */
export function recoverSigner(digest: string, signature: string): string {
  const bytes = getBytes(signature);
  const recoveryId = (bytes[SIGNATURE_BYTES] ?? 0) - FIRST_RECOVERY_ID;
  const point = secp256k1.ecdsaRecover(
    bytes.subarray(0, SIGNATURE_BYTES),
    recoveryId,
    getBytes(digest),
    false,
  );
  return dataSlice(keccak256(point.subarray(POINT_PREFIX_BYTES)), ADDRESS_OFFSET);
}
