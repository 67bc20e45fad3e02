import type { TaskProofDocument } from "../../../store/documents.ts";
import type { NodeEvidence } from "./evidence.ts";
import type { Refusal } from "./refusal.ts";

/** Only a registered and admitted node earns, and only for the entity that its registration names. */
export function standingRefusal(
  { poolId }: TaskProofDocument,
  { registration, isAdmitted }: NodeEvidence,
): Refusal | undefined {
  if (registration === undefined) return "NODE_NOT_REGISTERED";
  if (!isAdmitted) return "NODE_NOT_ADMITTED";
  return poolId === registration.poolId ? undefined : "PROOF_POOL_MISMATCH";
}
