import type { NodeEvent } from "../../offchain/consensus/node/node-event.ts";
import type { TimeScale } from "./scaled-clock.ts";

/** What a process of a cluster is started with. */
export interface NodePlan {
  readonly nodes: readonly { readonly key: string; readonly vrfKey: string }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly scale: TimeScale;
}

/** What a test looks at of an event, as it crosses from process to process. */
export interface ClusterEvent {
  readonly kind: NodeEvent["kind"] | "ended" | "work";
  /** Unix milliseconds of the virtual time. */
  readonly at?: number;
  readonly slot?: number;
  readonly nodeId?: string;
  readonly transcriptHash?: string;
  readonly epoch?: number;
  readonly root?: string;
  readonly omitted?: number;
  /** Proofs of a closed slot that count. */
  readonly proofs?: number;
  /** Challenges that were answered, receipts that were claimed. */
  readonly answered?: number;
  readonly receipts?: number;
  /** How a slot was led, and why not. */
  readonly outcome?: string;
  /** What a process has done so far at a slot's start. */
  readonly cpuMs?: number;
  readonly storeCalls?: number;
  readonly rpcCalls?: number;
  /** Of an error. */
  readonly code?: string;
  readonly message?: string;
}

export function summaryOf(event: NodeEvent): ClusterEvent {
  const { kind } = event;
  switch (event.kind) {
    case "ready":
      return { kind, slot: event.slot };
    case "proved": {
      const { slot, nodeId, made } = event;
      return { kind, slot, nodeId, answered: made.answered, receipts: made.receipts.used };
    }
    case "validated":
      return { kind, slot: event.slot, nodeId: event.nodeId };
    case "closed":
      return {
        kind,
        slot: event.slot,
        omitted: event.closed.omittedCount,
        proofs: event.closed.head.proofCount,
      };
    case "decided":
      return { kind, slot: event.slot, transcriptHash: event.decision.transcriptHash };
    case "settled":
      return { kind, slot: event.slot };
    case "led": {
      const { slot, nodeId, outcome } = event;
      return {
        kind,
        slot,
        nodeId,
        outcome: outcome.kind === "led" ? "led" : `${outcome.kind}: ${outcome.reason}`,
      };
    }
    case "block-refused":
      return { kind, slot: event.slot, code: event.fault.code, message: JSON.stringify(event.fault) };
    case "checkpointed":
      return { kind, epoch: event.checkpoint.epoch, root: event.checkpoint.root };
    case "attested":
      return { kind, epoch: event.epoch, root: event.root, nodeId: event.nodeId };
    case "failed":
    case "disagreement":
      return { kind, slot: event.slot, code: event.error.code, message: event.error.message };
    case "clocks-differ":
      return { kind, message: JSON.stringify(event.difference) };
    case "clocks-agree":
      return { kind };
  }
}
