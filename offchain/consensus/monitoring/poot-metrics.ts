import { Counter, Gauge, type Registry } from "prom-client";
import type { LeaderScheduleDocument } from "../../store/documents.ts";
import type { LeadOutcome } from "../node/lead-outcome.ts";
import type { NodeEvent } from "../node/node-event.ts";

/** Counts what a node tells. Everything begins at zero with the process. */
export class PootMetrics {
  readonly #counters: ReturnType<typeof createCounters>;
  readonly #gauges: ReturnType<typeof createGauges>;

  constructor(registry: Registry) {
    this.#counters = createCounters(registry);
    this.#gauges = createGauges(registry);
  }

  readonly onEvent = (event: NodeEvent): void => {
    const { proofsRefused, proofsOmitted, challenges, receipts, blocksValidated } = this.#counters;
    const { blocksRefused, attestations, failures } = this.#counters;
    const { currentSlot, checkpointedEpoch, disagreement, clocksApart } = this.#gauges;
    switch (event.kind) {
      case "ready":
        currentSlot.set(event.slot);
        break;
      case "clocks-differ":
        clocksApart.set(1);
        break;
      case "clocks-agree":
        clocksApart.set(0);
        break;
      case "proved": {
        const { answered, unanswered, receipts: found } = event.made;
        challenges.inc({ result: "answered" }, answered);
        challenges.inc({ result: "unanswered" }, unanswered.length);
        for (const result of ["used", "refused", "late"] as const) receipts.inc({ result }, found[result]);
        break;
      }
      case "closed":
        for (const [reason, count] of Object.entries(event.closed.refusals))
          proofsRefused.inc({ reason }, count);
        proofsOmitted.inc(event.closed.omittedCount);
        this.#counters.proofsCounted.inc(event.closed.head.proofCount);
        break;
      case "decided":
        currentSlot.set(event.slot);
        break;
      case "settled":
        this.#counters.slots.inc({ outcome: outcomeOf(event.decision) });
        break;
      case "led":
        this.#countLead(event.nodeId, event.outcome);
        break;
      case "validated":
        blocksValidated.inc();
        break;
      case "block-refused":
        blocksRefused.inc({ fault: event.fault.code });
        break;
      case "checkpointed":
        checkpointedEpoch.set(event.checkpoint.epoch);
        break;
      case "attested":
        attestations.inc();
        break;
      case "failed":
        failures.inc({ action: event.action, code: event.error.code });
        break;
      case "disagreement":
        disagreement.set(1);
        break;
    }
  };

  #countLead(node: string, outcome: LeadOutcome): void {
    const { nodeSlots, sessions } = this.#counters;
    if (outcome.kind === "not-taken") {
      if (outcome.reason === "window-over") nodeSlots.inc({ node, outcome: "skipped" });
      return;
    }
    nodeSlots.inc({ node, outcome: "won" });
    if (outcome.kind === "taken-without-block") return;
    nodeSlots.inc({ node, outcome: "led" });
    sessions.inc(outcome.sessions);
  }
}

function outcomeOf({ result, block }: LeaderScheduleDocument): string {
  if (result === undefined || result.reason === "missed") return "missed";
  return block === undefined ? "without_block" : result.reason;
}

function createCounters(registry: Registry) {
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `lucid_${name}_total`, help, labelNames, registers: [registry] });
  return {
    slots: counter(
      "slots",
      "Slots of the whole system by how they ended: primary, fallback, emergency, missed, without_block.",
      "outcome",
    ),
    nodeSlots: counter(
      "node_slots",
      "Slots of this process's nodes: won (taken), led (with a block), skipped (a candidate that did not take its turn).",
      "node",
      "outcome",
    ),
    sessions: counter(
      "sessions_published",
      "Sessions that this process's nodes published in slots they led.",
    ),
    proofsCounted: counter("proofs_counted", "Task proofs in the records of closed slots."),
    proofsRefused: counter("proofs_refused", "Task proofs that do not count, by reason.", "reason"),
    proofsOmitted: counter("proofs_omitted", "Valid task proofs that a slot's record lacks."),
    challenges: counter("storage_challenges", "Storage challenges of this process's nodes.", "result"),
    receipts: counter("relay_receipts", "Relay receipts that waited for this process's nodes.", "result"),
    blocksValidated: counter("blocks_validated", "Blocks of slots that this process's nodes signed."),
    blocksRefused: counter(
      "blocks_refused",
      "Blocks of slots that did not hold, by what was wrong.",
      "fault",
    ),
    attestations: counter("attestations", "Epochs' roots attested by this process's nodes."),
    failures: counter("failures", "What failed and was tried again.", "action", "code"),
  };
}

function createGauges(registry: Registry) {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `lucid_${name}`, help, registers: [registry] });
  return {
    currentSlot: gauge("current_slot", "Number of the last slot that was decided."),
    checkpointedEpoch: gauge("checkpointed_epoch", "The last epoch whose root was computed."),
    disagreement: gauge(
      "disagreement",
      "1 where the nodes concluded something else than the record and stopped leading.",
    ),
    clocksApart: gauge(
      "clocks_apart",
      "1 while the clocks of store, chain and machine are more than 30 s apart.",
    ),
  };
}
