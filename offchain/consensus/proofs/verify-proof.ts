import { envelopeRefusal } from "../rules/proofs/envelope.ts";
import { isCaseOf, type ProofCase } from "../rules/proofs/evidence.ts";
import { timeRefusal } from "../rules/proofs/in-time.ts";
import type { Refusal } from "../rules/proofs/refusal.ts";
import { relayRefusal } from "../rules/proofs/relay-bandwidth.ts";
import { standingRefusal } from "../rules/proofs/standing.ts";
import { storageRefusal } from "../rules/proofs/storage-availability.ts";
import { beaconRefusal, type VerifyVrf } from "../rules/proofs/uptime-beacon.ts";
import { validationRefusal } from "../rules/proofs/validation-signature.ts";
import { rangeRefusal } from "../rules/proofs/value-range.ts";
import type { MessageHasher } from "../typed-data/message-hasher.ts";

/** What proofs are verified with. */
export interface ProofRules {
  readonly hasher: MessageHasher;
  readonly verifyVrf: VerifyVrf;
}

/**
 * Holds one proof to every rule that looks at a single proof, the cheap ones first.
 *
 * @returns undefined where it counts, unless its claim counted already (`AcceptedClaims`).
 * @throws {ConsensusError} EVIDENCE_MISPLACED
 */
export function verifyProof(given: ProofCase, rules: ProofRules): Refusal | undefined {
  const { proof, evidence } = given;
  return (
    timeRefusal(proof) ??
    rangeRefusal(proof) ??
    standingRefusal(proof, evidence) ??
    envelopeRefusal(proof, rules.hasher) ??
    typeRefusal(given, rules)
  );
}

/** What the proof's type asks for. */
function typeRefusal(given: ProofCase, { hasher, verifyVrf }: ProofRules): Refusal | undefined {
  if (isCaseOf(given, "relay_bandwidth")) return relayRefusal(given.proof, given.evidence, hasher);
  if (isCaseOf(given, "storage_availability")) return storageRefusal(given.proof, given.evidence);
  if (isCaseOf(given, "validation_signature")) return validationRefusal(given.proof, given.evidence, hasher);
  return beaconRefusal(given.proof, given.evidence, verifyVrf);
}
