import { relaysOf } from "../consensus/node/closed-slots.ts";
import { type ExamineModules, examineRecord } from "../consensus/node/examine-record.ts";
import { RelayCounts } from "../consensus/node/relay-counts.ts";
import { relayedBytes } from "../consensus/rules/relayed-bytes.ts";
import type { Store } from "../store/store.ts";

/**
 * What was relayed in slots before an audit's first one, from the receipts of those in which any counted. An audit that
 * begins with the chain's first slot needs none of it.
 *
 * @param slots in which relayed bytes counted, in order
 */
export async function replayRelays(
  slots: readonly number[],
  modules: ExamineModules & { readonly store: Pick<Store, "slotTallies"> },
  signal?: AbortSignal,
): Promise<RelayCounts> {
  const counts = new RelayCounts();
  for (const slot of slots) {
    signal?.throwIfAborted();
    const head = await modules.store.slotTallies.get(slot);
    if (head === undefined) continue;
    const before = (commitment: string, entityId: string) => counts.before(commitment, entityId);
    const { claims } = await examineRecord(head, before, modules);
    counts.add(slot, relayedBytes(relaysOf(claims), before));
  }
  return counts;
}
