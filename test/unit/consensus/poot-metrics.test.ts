import { assert } from "chai";
import { Registry } from "prom-client";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { PootMetrics } from "../../../offchain/consensus/monitoring/poot-metrics.ts";
import type { NodeEvent } from "../../../offchain/consensus/node/node-event.ts";
import type { LeaderScheduleDocument } from "../../../offchain/store/documents.ts";

const NODE = "0x00000000000000000000000000000000000000aa";

const settled = (
  slot: number,
  rest: Pick<LeaderScheduleDocument, "result" | "block">,
): Extract<NodeEvent, { kind: "settled" }> => ({
  kind: "settled",
  slot,
  decision: { _id: slot, slot, ...rest } as LeaderScheduleDocument,
});

const block = { body: "{}", hash: "0x00", signature: "0x00" } as NonNullable<LeaderScheduleDocument["block"]>;

async function metricsAfter(...events: NodeEvent[]): Promise<string> {
  const registry = new Registry();
  const metrics = new PootMetrics(registry);
  for (const event of events) metrics.onEvent(event);
  return await registry.metrics();
}

describe("the metrics of PoOT", () => {
  it("count slots by how they ended", async () => {
    const shown = await metricsAfter(
      settled(1, { result: { reason: "missed", detail: "not-taken", takenAt: 1 } }),
      settled(2, { result: { reason: "primary", winner: NODE, takenAt: 1 }, block }),
      settled(3, { result: { reason: "fallback", winner: NODE, takenAt: 1 } }),
    );
    for (const outcome of ["missed", "primary", "without_block"])
      assert.include(shown, `lucid_slots_total{outcome="${outcome}"} 1\n`);
    assert.notInclude(shown, 'outcome="fallback"');
  });

  it("count the slots of a node: won, led, skipped", async () => {
    const led = (outcome: Extract<NodeEvent, { kind: "led" }>["outcome"]): NodeEvent => ({
      kind: "led",
      slot: outcome.slot,
      nodeId: NODE,
      outcome,
    });
    const shown = await metricsAfter(
      led({ kind: "led", slot: 1, block, sessions: 7 }),
      led({ kind: "taken-without-block", slot: 2, reason: "deadline-over" }),
      led({ kind: "not-taken", slot: 3, reason: "window-over" }),
      led({ kind: "not-taken", slot: 4, reason: "not-candidate" }),
    );
    for (const [outcome, count] of Object.entries({ won: 2, led: 1, skipped: 1 }))
      assert.include(shown, `lucid_node_slots_total{node="${NODE}",outcome="${outcome}"} ${count}\n`);
    assert.include(shown, "lucid_sessions_published_total 7\n");
  });

  it("count failures and refusals by reason, and show a disagreement", async () => {
    const error = new ConsensusError({ code: "SLOT_UNDECIDED", slot: 9 });
    const shown = await metricsAfter(
      { kind: "failed", action: "decide", slot: 9, error },
      { kind: "disagreement", slot: 9, error },
      { kind: "clocks-differ", difference: { between: "store and chain", storeAheadMs: 40_000 } },
    );
    assert.include(shown, 'lucid_failures_total{action="decide",code="SLOT_UNDECIDED"} 1\n');
    assert.include(shown, "lucid_disagreement 1\n");
    assert.include(shown, "lucid_clocks_apart 1\n");
  });
});
