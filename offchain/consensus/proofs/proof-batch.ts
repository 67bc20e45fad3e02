import { ConsensusError, type ConsensusErrorDetails } from "../errors.ts";
import type { ProofCase } from "../rules/proofs/evidence.ts";
import type { Refusal } from "../rules/proofs/refusal.ts";
import type { VerifyVrf } from "../rules/proofs/uptime-beacon.ts";
import type { PootDomain } from "../typed-data/domain.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import { type ProofRules, verifyProof } from "./verify-proof.ts";

/** What a thread is started with: plain values, since no function crosses from one thread to another. */
export interface BatchRules {
  readonly domain: PootDomain;
  /** URL of a module that exports the VRF's `verify`. */
  readonly vrfModule: string;
}

/** Outcomes in the order of the cases, or the values of an error: it loses its class between threads. */
export type BatchAnswer =
  | { readonly refusals: readonly (Refusal | undefined)[] }
  | { readonly error: ConsensusErrorDetails };

export async function loadRules({ domain, vrfModule }: BatchRules): Promise<ProofRules> {
  const { verify } = (await import(vrfModule)) as { verify: VerifyVrf };
  return { hasher: new MessageHasher(domain), verifyVrf: verify };
}

/** Verifies one proof after the other. Anything but a ConsensusError is a fault of the program and thrown on. */
export function verifyBatch(cases: readonly ProofCase[], rules: ProofRules): BatchAnswer {
  try {
    return { refusals: cases.map((given) => verifyProof(given, rules)) };
  } catch (error) {
    if (error instanceof ConsensusError) return { error: error.details };
    throw error;
  }
}
