import type { SlotTally } from "../documents.ts";

/** Which proofs of a slot count, and up to which limits. */
export interface TallyRequest {
  readonly slot: number;
  /** Proofs that the store stamped later than this (Unix milliseconds) do not count. */
  readonly stampedUntil: number;
  /** Storage proofs that count for one node in a slot, each an answer to another challenge. */
  readonly storageProofsPerNode: number;
}

/**
 * Sums up the proofs of a slot inside the database: only sums leave it, so memory grows with entities, not with proofs.
 * `tally-proofs.ts` is the reference in plain TypeScript.
 */
export interface SlotTallyPort {
  /** What each entity (the pool where there is one, else the node) did in a slot, in the order of entityId. */
  tallySlot(request: TallyRequest): Promise<SlotTally[]>;
}
