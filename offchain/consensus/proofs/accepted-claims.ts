import type { TaskProofDocument } from "../../store/documents.ts";
import { claimOf } from "../rules/proofs/claim.ts";
import type { Refusal } from "../rules/proofs/refusal.ts";

/** The claims of a slot that have counted; the first valid proof of each counts. */
export class AcceptedClaims {
  private readonly claims = new Set<string>();

  /** Counts a proof that is valid by itself, unless its claim has counted. */
  accept(proof: TaskProofDocument): Refusal | undefined {
    const claim = claimOf(proof);
    if (this.claims.has(claim)) return "PROOF_REPEATED";
    this.claims.add(claim);
    return undefined;
  }
}
