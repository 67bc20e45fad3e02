import { isLed } from "../consensus/node/check-block.ts";
import { publishable } from "../consensus/node/publishable.ts";
import { blocksBefore } from "../consensus/node/recent-blocks.ts";
import { parseBlockBody } from "../consensus/rules/block-record.ts";
import { bySessionAge, hadRoom } from "../consensus/rules/session-order.ts";
import { slotAt } from "../consensus/slot-time.ts";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import type { SessionDocument } from "../store/documents.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import type { Report } from "./finding.ts";

/** A write that is stamped before a take may become visible after it, as for validators. */
const VISIBLE_AFTER_MS = 5_000;
const MS = 1_000;
/** Slots in which a waiting session is looked for: half a day. */
const MAX_SLOTS = 360;

export interface OverlookedModules {
  readonly store: Store;
  readonly anchors: LucidAnchorsClient;
}

/**
 * Looks for a block that should have listed a session and did not: the session was queued before the slot was taken, the
 * chain did not have it yet, no recent block lists it, and the block lists a newer one or had room.
 */
export async function findOverlooked(
  entry: SessionDocument,
  slots: { readonly first: number; readonly last: number },
  modules: OverlookedModules,
  report: Report,
): Promise<void> {
  const { queued, registered_at: registeredAt } = entry;
  const waiting = publishable({ ...entry, status: "pending" });
  if (queued === undefined || waiting === undefined || entry.anchor_mode === "tree") return;
  if (entry.status === "sealed") return;
  const first = Math.max(slots.first, slotAt(queued.at + VISIBLE_AFTER_MS));
  const until = registeredAt === undefined ? slots.last : Math.min(slots.last, slotAt(registeredAt * MS));
  const last = Math.min(until, first + MAX_SLOTS);
  const { store } = modules;
  for await (const led of eachDocument((page) => store.leaderSchedule.range(first, last + 1, page))) {
    if (!isLed(led) || led.result.takenAt <= queued.at + VISIBLE_AFTER_MS) continue;
    if (registeredAt !== undefined && registeredAt * MS < led.result.takenAt) return;
    const { record } = parseBlockBody(led.block.body);
    if (record === undefined) continue;
    const recent = (await blocksBefore(store, led.slot)).flatMap((one) => one.record?.sessions ?? []);
    if ([...record.sessions, ...recent].some(([, commitment]) => commitment === waiting.commitment)) continue;
    const listed = await store.sessions.getMany(record.sessions.map(([sessionId]) => sessionId));
    const newest = [...listed.values()].sort(bySessionAge).at(-1);
    const isOlder = newest !== undefined && bySessionAge(entry, newest) < 0;
    if (!isOlder && !(await hasRoom(record, modules))) continue;
    const place = { slot: led.slot, sessionId: entry._id };
    report({
      code: "BLOCK_SESSION_OVERLOOKED",
      place,
      expected: waiting.commitment,
      found: `${record.sessions.length} others`,
    });
    return;
  }
}

async function hasRoom(
  { txid, sessions }: { readonly txid?: string | undefined; readonly sessions: readonly unknown[] },
  { anchors }: OverlookedModules,
): Promise<boolean> {
  const receipt = txid === undefined ? undefined : await anchors.receiptOf(txid);
  const mostGas = (await anchors.bounds()).batch.gas;
  return hadRoom({ sessions: sessions.length, gasUsed: receipt?.gasUsed ?? 0n, mostGas });
}
