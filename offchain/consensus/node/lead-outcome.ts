import type { LucidError } from "../../errors.ts";
import type { SlotBlock } from "../../store/documents.ts";

/** Why a node did not take a slot. */
export type NotTakenReason =
  /** Its entity is not among the candidates. */
  | "not-candidate"
  /** It does not act for the entity in this slot: not registered for it, or not admitted. */
  | "not-acting"
  /** Another candidate has it, or another member of the same pool. */
  | "taken"
  /** Somebody closed it as missed. */
  | "missed"
  /** Its turn was over by the store's clock. */
  | "window-over";

/** Why a node that took a slot wrote no block. */
export type NoBlockReason =
  /** The store's clock was past the deadline: the node was stopped, or too slow. */
  | "deadline-over"
  /** What an earlier run of this account sent is not final, and later transactions wait behind it. */
  | "transactions-unfinished"
  /** The chain, the breakers or the contract refused the transaction, or it failed. */
  | "publication-failed";

/** What came of a node's attempt to lead a slot. */
export type LeadOutcome =
  | { readonly kind: "not-taken"; readonly slot: number; readonly reason: NotTakenReason }
  | {
      readonly kind: "led";
      readonly slot: number;
      readonly block: SlotBlock;
      /** Absent where nothing was pending. */
      readonly txid?: string | undefined;
      readonly sessions: number;
    }
  | {
      readonly kind: "taken-without-block";
      readonly slot: number;
      readonly reason: NoBlockReason;
      /** Of publication-failed. */
      readonly error?: LucidError;
    };
