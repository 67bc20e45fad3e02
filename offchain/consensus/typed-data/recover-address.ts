import secp256k1 from "secp256k1";
import { keccak256Bytes } from "../../keccak.ts";
import { signatureFormFault } from "../../sessions/signature-form.ts";

/** Why a signature is refused whatever was signed. */
export type SignatureFault = "SIGNATURE_MALFORMED" | "SIGNATURE_MALLEABLE";

export type Recovered =
  | { readonly address: string; readonly fault?: never }
  | { readonly address?: never; readonly fault: SignatureFault };

const SIGNATURE_BYTES = 64;
/** A recovery id of 0 is written as 27 in Ethereum's signatures. */
const FIRST_RECOVERY_ID = 27;
/** Before the coordinates of an uncompressed point (SEC 1, section 2.3.3). */
const POINT_PREFIX_BYTES = 1;
const POINT_BYTES = 65;
/** An address is the last 20 bytes of the hash of the coordinates. */
const ADDRESS_OFFSET = 12;

const point = new Uint8Array(POINT_BYTES);

/**
 * The address whose key signed a digest, by libsecp256k1, or why the signature is not acceptable.
 *
 * Always by recovery, and never by verifying with a known public key: that ignores v, so a signature with the other v
 * would hold for whoever has seen the key before and for nobody else. Recovery, the only way to tell, costs a fifth
 * more than verification would.
 *
 * @param digest 32 bytes.
 * @param signature r, s and v (27 or 28) with a low s, 65 bytes in lower-case hex: no other spelling is accepted.
 * @returns the address in lower-case hex.
 */
export function recoverAddress(digest: Uint8Array, signature: string): Recovered {
  const form = signatureFormFault(signature);
  if (form !== undefined) {
    return { fault: form === "malleable" ? "SIGNATURE_MALLEABLE" : "SIGNATURE_MALFORMED" };
  }
  const bytes = Buffer.from(signature.slice(2), "hex");
  const recoveryId = bytes.readUInt8(SIGNATURE_BYTES) - FIRST_RECOVERY_ID;
  try {
    secp256k1.ecdsaRecover(bytes.subarray(0, SIGNATURE_BYTES), recoveryId, digest, false, point);
  } catch {
    // The library has one answer: r or s is zero or not below the order, or r is not on the curve.
    return { fault: "SIGNATURE_MALFORMED" };
  }
  const hash = keccak256Bytes(point.subarray(POINT_PREFIX_BYTES));
  return { address: `0x${Buffer.from(hash.buffer, hash.byteOffset + ADDRESS_OFFSET).toString("hex")}` };
}
