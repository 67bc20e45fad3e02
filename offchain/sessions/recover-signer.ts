import { type BytesLike, getBytes } from "ethers";
import secp256k1 from "secp256k1";
import { keccak256Bytes } from "../keccak.ts";

const SIGNATURE_BYTES = 64;
/** A recovery id of 0 is written as 27 in Ethereum's signatures. */
const FIRST_RECOVERY_ID = 27;
/** The prefix of an uncompressed point (SEC 1, section 2.3.3). */
const POINT_PREFIX_BYTES = 1;
const POINT_BYTES = 65;
/** An address is the last 20 bytes of the hash of the coordinates. */
const ADDRESS_OFFSET = 12;

const point = new Uint8Array(POINT_BYTES);

/**
 * The address whose key signed a digest, by libsecp256k1: sealing and verifying do it for each session, and in
 * JavaScript it takes twenty times as long.
 *
 * @param digest 32 bytes.
 * @param signature r, s and v (27 or 28), 65 bytes, hex.
 * @returns lower-case hex.
 * @throws {Error} when no public key fits.
 */
export function recoverSigner(digest: BytesLike, signature: string): string {
  const bytes = Buffer.from(signature.slice(2), "hex");
  const recoveryId = bytes.readUInt8(SIGNATURE_BYTES) - FIRST_RECOVERY_ID;
  secp256k1.ecdsaRecover(bytes.subarray(0, SIGNATURE_BYTES), recoveryId, getBytes(digest), false, point);
  const hash = keccak256Bytes(point.subarray(POINT_PREFIX_BYTES));
  return `0x${Buffer.from(hash.subarray(ADDRESS_OFFSET)).toString("hex")}`;
}
