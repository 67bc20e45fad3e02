import type { LucidError } from "../../errors.ts";
import type { LeaderScheduleDocument } from "../../store/documents.ts";
import type { BlockFault } from "../rules/block-faults.ts";
import type { ClockDifference } from "./clock-difference.ts";
import type { ClosedSlot, EpochCheckpoint } from "./consensus-state.ts";
import type { LeadOutcome } from "./lead-outcome.ts";
import type { MadeProofs } from "./make-proofs.ts";

/** What a running node tells: each is logged, and given to whoever runs it. */
export type NodeEvent =
  | { readonly kind: "ready"; readonly firstSlot: number; readonly slot: number }
  /** The node takes part in nothing until its clocks agree again. */
  | { readonly kind: "clocks-differ"; readonly difference: ClockDifference }
  | { readonly kind: "clocks-agree" }
  | { readonly kind: "proved"; readonly slot: number; readonly nodeId: string; readonly made: MadeProofs }
  | { readonly kind: "closed"; readonly slot: number; readonly closed: ClosedSlot }
  | { readonly kind: "decided"; readonly slot: number; readonly decision: LeaderScheduleDocument }
  /** How a slot ended, when the next one is decided. */
  | { readonly kind: "settled"; readonly slot: number; readonly decision: LeaderScheduleDocument }
  | { readonly kind: "led"; readonly slot: number; readonly nodeId: string; readonly outcome: LeadOutcome }
  | { readonly kind: "validated"; readonly slot: number; readonly nodeId: string; readonly blockHash: string }
  | {
      readonly kind: "block-refused";
      readonly slot: number;
      readonly blockHash: string;
      readonly fault: BlockFault;
    }
  | { readonly kind: "checkpointed"; readonly checkpoint: EpochCheckpoint }
  | {
      readonly kind: "attested";
      readonly epoch: number;
      readonly root: string;
      readonly nodeId: string;
      /** Undefined where it had been attested before. */
      readonly txid: string | undefined;
    }
  /** Something failed, and is tried again. */
  | { readonly kind: "failed"; readonly action: string; readonly slot: number; readonly error: LucidError }
  /** The node stops leading, closing, validating and attesting. */
  | { readonly kind: "disagreement"; readonly slot: number; readonly error: LucidError };
