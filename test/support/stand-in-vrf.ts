/** In the place of a VRF where proofs are tested for what surrounds it: a hash that whoever knows the public key can make. */
import { createHash } from "node:crypto";

/** @returns 80 bytes, as long as a VRF's proof */
export function proveInstead(publicKey: Uint8Array, alpha: Uint8Array): Uint8Array {
  const hash = createHash("sha512").update(publicKey).update(alpha).digest();
  return Buffer.concat([hash, hash.subarray(0, 16)]);
}

export function verify(publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array): Uint8Array | null {
  const expected = proveInstead(publicKey, alpha);
  return expected.every((byte, place) => byte === proof[place]) ? expected.slice(0, 64) : null;
}

export const STAND_IN_VRF = import.meta.url;
