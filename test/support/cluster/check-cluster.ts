import { assert } from "chai";
import { parseBlockBody } from "../../../offchain/consensus/rules/block-record.ts";
import type { LeaderScheduleDocument } from "../../../offchain/store/documents.ts";
import type { Cluster } from "./cluster.ts";
import type { ClusterEvent } from "./node-plan.ts";

export type Kind = "primary" | "fallback" | "emergency" | "missed";

/** How the slots that are settled were decided, counted. */
export function kindsOf(schedule: readonly LeaderScheduleDocument[]): Record<Kind, number> {
  const kinds = { primary: 0, fallback: 0, emergency: 0, missed: 0 };
  for (const { result } of schedule) if (result !== undefined) kinds[result.reason] += 1;
  return kinds;
}

/** Each block names the one before it, the slot's winner and its decision. */
export function requireChainOfBlocks(schedule: readonly LeaderScheduleDocument[]): void {
  let previous = `0x${"0".repeat(64)}`;
  for (const { slot, result, block, transcriptHash } of schedule) {
    if (block === undefined) continue;
    const parsed = parseBlockBody(block.body);
    if ("reason" in parsed && parsed.reason !== undefined) assert.fail(`slot ${slot}: ${parsed.reason}`);
    const { record } = parsed as Extract<typeof parsed, { readonly record: unknown }>;
    const found = [record.slot, record.previous, record.winner, record.transcriptHash];
    assert.deepEqual(found, [slot, previous, result?.winner, transcriptHash], `the block of slot ${slot}`);
    previous = block.hash;
  }
}

/** What any node decided about a slot is what is stored. */
export function requireOneTranscript(
  schedule: readonly LeaderScheduleDocument[],
  events: readonly ClusterEvent[],
): number {
  const stored = new Map(schedule.map(({ slot, transcriptHash }) => [slot, transcriptHash]));
  const decided = events.filter(({ kind }) => kind === "decided");
  for (const { slot, transcriptHash } of decided) {
    assert.equal(transcriptHash, stored.get(slot as number), `the transcript of slot ${slot}`);
  }
  return decided.length;
}

/** Every session that was queued has exactly one event on chain. */
export async function requireAnchoredOnce({ chain, queued }: Cluster): Promise<void> {
  const events = await chain.anchors.queryFilter(chain.anchors.filters.SessionRegistered());
  const counts = new Map(queued.map((sessionId) => [sessionId, 0]));
  for (const { args } of events) {
    const count = counts.get(args.sessionId);
    if (count !== undefined) counts.set(args.sessionId, count + 1);
  }
  const wrong = [...counts].filter(([, count]) => count !== 1);
  assert.deepEqual(wrong, [], "every queued session is registered once");
}

/** Accounts that attested an epoch; all of them the same root. */
export async function attestersOf({ chain }: Cluster, epoch: number): Promise<string[]> {
  const events = await chain.checkpoints.queryFilter(chain.checkpoints.filters.EpochAttested(epoch));
  assert.isAtMost(new Set(events.map(({ args }) => args.root)).size, 1, `one root of epoch ${epoch}`);
  return events.map(({ args }) => args.attester.toLowerCase());
}
