import type { BeaconEvidence, ProofOf } from "./evidence.ts";
import type { Refusal } from "./refusal.ts";

/** Verifies a VRF proof (RFC 9381). @returns the VRF's output, or null where the proof does not verify */
export type VerifyVrf = (publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array) => Uint8Array | null;

/** Bytes of a proof of ECVRF-EDWARDS25519-SHA512-TAI: a point, a challenge of 16 bytes and a scalar. */
const VRF_PROOF_BYTES = 80;

/** A beacon counts if its VRF proof over the 32 bytes of the slot's hash verifies under the registered key. */
export function beaconRefusal(
  { value }: ProofOf<"uptime_beacon">,
  { registration, slotHash }: BeaconEvidence,
  verifyVrf: VerifyVrf,
): Refusal | undefined {
  if (registration === undefined) return "NODE_NOT_REGISTERED";
  const proof = bytesOf(value.vrfProof);
  if (proof.length !== VRF_PROOF_BYTES) return "VRF_PROOF_INVALID";
  const output = verifyVrf(bytesOf(registration.vrfPublicKey), bytesOf(slotHash), proof);
  return output === null ? "VRF_PROOF_INVALID" : undefined;
}

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex.slice(2), "hex");
