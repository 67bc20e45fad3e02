import type { LucidError } from "../../errors.ts";
import type { LeadOutcome } from "./lead-outcome.ts";
import type { NodeEvent } from "./node-event.ts";

/** An event as it is logged. */
export interface EventLine {
  readonly level: "debug" | "info" | "warn" | "error" | "fatal";
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How loudly an event is told, and in which words. */
export function describeEvent(event: NodeEvent): EventLine {
  switch (event.kind) {
    case "ready":
      return line("info", "node is ready", { firstSlot: event.firstSlot, slot: event.slot });
    case "clocks-differ":
      return line("error", "clocks are more than 30 s apart: the node takes no part", {
        ...event.difference,
      });
    case "clocks-agree":
      return line("info", "clocks agree again", {});
    case "proved": {
      const { answered, unanswered, receipts } = event.made;
      const isWhole = unanswered.length === 0 && receipts.refused === 0 && receipts.late === 0;
      const fields = { ...placeOf(event), answered, unanswered, receipts };
      return isWhole
        ? line("debug", "proofs made", fields)
        : line("warn", "proofs made, not all that were asked for", fields);
    }
    case "closed": {
      const { slot, closed } = event;
      const { isOwn, head, omittedCount, omitted, refusals } = closed;
      return omittedCount === 0
        ? line("debug", "slot closed", { slot, isOwn, refusals })
        : line("error", "a slot's record lacks valid proofs", {
            slot,
            closer: head.closer,
            omittedCount,
            omitted,
          });
    }
    case "decided": {
      const { slot, primary, fallbacks, transcriptHash } = event.decision;
      return line("debug", "slot decided", { slot, primary, fallbacks, transcriptHash });
    }
    case "settled": {
      const { slot, result, block } = event.decision;
      return line("debug", "slot settled", { slot, ...result, hasBlock: block !== undefined });
    }
    case "led":
      return describeOutcome(placeOf(event), event.outcome);
    case "validated":
      return line("debug", "block validated", { ...placeOf(event) });
    case "block-refused":
      return line("error", "block refused", {
        slot: event.slot,
        blockHash: event.blockHash,
        fault: event.fault,
      });
    case "checkpointed": {
      const { epoch, root, hasOmissions } = event.checkpoint;
      return hasOmissions === false
        ? line("info", "epoch checkpointed", { epoch, root })
        : line("error", "epoch not attested: records of its slots lack valid proofs", {
            epoch,
            root,
            hasOmissions,
          });
    }
    case "attested":
      return line("info", "epoch attested", { epoch: event.epoch, nodeId: event.nodeId, txid: event.txid });
    case "failed":
      return line("warn", "failed", { slot: event.slot, action: event.action, ...errorOf(event.error) });
    case "disagreement":
      return line("fatal", "disagreement: the node stops leading", {
        slot: event.slot,
        ...errorOf(event.error),
      });
  }
}

function describeOutcome(place: Place, outcome: LeadOutcome): EventLine {
  switch (outcome.kind) {
    case "led":
      return line("info", "slot led", { ...place, txid: outcome.txid, sessions: outcome.sessions });
    case "not-taken":
      return line("debug", "slot not taken", { ...place, reason: outcome.reason });
    case "taken-without-block":
      return line("error", "slot taken, but no block written", {
        ...place,
        why: outcome.reason,
        ...errorOf(outcome.error),
      });
  }
}

interface Place {
  readonly slot: number;
  readonly nodeId: string;
}

const placeOf = ({ slot, nodeId }: Place): Place => ({ slot, nodeId });

const line = (level: EventLine["level"], text: string, fields: EventLine["fields"]): EventLine => ({
  level,
  text,
  fields,
});

const errorOf = (error: LucidError | undefined) => error && { code: error.code, reason: error.message };
