import { assert } from "chai";
import type { Cluster } from "../../../devnet/cluster/cluster.ts";
import type { ClusterEvent } from "../../../devnet/cluster/node-plan.ts";
import { WINDOW_LAG_SLOTS } from "../../../offchain/consensus/parameters.ts";
import { parseBlockBody } from "../../../offchain/consensus/rules/block-record.ts";
import { closingTime } from "../../../offchain/consensus/slot-time.ts";
import type { LeaderScheduleDocument } from "../../../offchain/store/documents.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";

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

/** How often each session that was queued is registered on chain. */
async function registrationsOf({ chain, queued }: Cluster): Promise<Map<string, number>> {
  const events = await chain.anchors.queryFilter(chain.anchors.filters.SessionRegistered());
  const counts = new Map(queued.map((sessionId) => [sessionId, 0]));
  for (const { args } of events) {
    const count = counts.get(args.sessionId);
    if (count !== undefined) counts.set(args.sessionId, count + 1);
  }
  return counts;
}

/** Every session that was queued has exactly one event on chain. */
export async function requireAnchoredOnce(cluster: Cluster): Promise<void> {
  const wrong = [...(await registrationsOf(cluster))].filter(([, count]) => count !== 1);
  assert.deepEqual(wrong, [], "every queued session is registered once");
}

/** Whether nothing is left to do: all that was queued is on chain, and everybody has attested the epoch. */
export async function isSettled(cluster: Cluster, epoch: number): Promise<boolean> {
  const counts = await registrationsOf(cluster);
  const attesters = await attestersOf(cluster, epoch);
  return ![...counts.values()].includes(0) && attesters.length === cluster.identities.length;
}

/**
 * The tallies have the bytes of the receipts that were claimed in time, which must be fewer than their sessions'.
 *
 * @returns all of them
 */
export async function requireRelayed({ store }: Cluster, first: number, last: number): Promise<number> {
  let total = 0;
  for (let slot = first; slot <= last - WINDOW_LAG_SLOTS; slot += 1) {
    const claimed = new Map<string, number>();
    for await (const proof of eachDocument((page) => store.taskProofs.bySlot(slot, page))) {
      if (proof.type !== "relay_bandwidth" || proof.ts > closingTime(slot)) continue;
      const entityId = proof.poolId ?? proof.nodeId;
      claimed.set(entityId, (claimed.get(entityId) ?? 0) + proof.value.bytes);
    }
    const counted = new Map<string, number>();
    for await (const { entityId, bytes } of store.slotTallies.tallies(slot))
      if (bytes > 0) counted.set(entityId, bytes);
    assert.deepEqual([...counted].sort(), [...claimed].sort(), `bytes relayed in slot ${slot}`);
    for (const bytes of counted.values()) total += bytes;
  }
  return total;
}

/** Accounts that attested an epoch; all of them the same root. */
export async function attestersOf({ chain }: Cluster, epoch: number): Promise<string[]> {
  const events = await chain.checkpoints.queryFilter(chain.checkpoints.filters.EpochAttested(epoch));
  assert.isAtMost(new Set(events.map(({ args }) => args.root)).size, 1, `one root of epoch ${epoch}`);
  return events.map(({ args }) => args.attester.toLowerCase());
}
