import { type BlockFault, faultOf } from "../rules/block-faults.ts";
import type { BlockRecord } from "../rules/block-record.ts";
import { bySessionAge, hadRoom } from "../rules/session-order.ts";
import type { DutyModules } from "./modules.ts";
import { type KnownPending, pendingSessions } from "./pending-sessions.ts";
import type { RecentBlock } from "./recent-blocks.ts";

/** A write that is stamped before a take may become visible after it: so long a leader may not have seen it. */
const VISIBLE_AFTER_MS = 5_000;

/** What the leader knew when it chose. */
export interface LeaderView {
  /** When it took the slot, by the store's clock: what was queued some seconds before, it had to see. */
  readonly takenAt: number;
  /** The last two blocks before the slot: what they list may have been on its way. */
  readonly recent: readonly RecentBlock[];
  /** Of the block's transaction. */
  readonly gasUsed: bigint;
}

/**
 * The oldest queued session that a block should list and does not: one that is older than a listed one, or any where
 * there was room.
 */
export async function findLeftOut(
  { sessions }: BlockRecord,
  { takenAt, recent, gasUsed }: LeaderView,
  { store, anchors }: Pick<DutyModules, "store" | "anchors">,
): Promise<BlockFault | undefined> {
  const known = new Set(
    [sessions, ...recent.map(({ record }) => record?.sessions ?? [])]
      .flat()
      .map(([, commitment]) => commitment),
  );
  const isLeftOut = ({ registeredAt, commitment, entry }: KnownPending) =>
    // A session's last change is the one that queued it.
    registeredAt === undefined && !known.has(commitment) && entry.updated_at + VISIBLE_AFTER_MS < takenAt;
  for await (const page of pendingSessions(store, anchors)) {
    const oldest = page.find(isLeftOut);
    if (oldest === undefined) continue;
    const listed = await store.sessions.getMany(sessions.map(([sessionId]) => sessionId));
    const newest = [...listed.values()].sort(bySessionAge).at(-1);
    const isOlder = newest !== undefined && bySessionAge(oldest.entry, newest) < 0;
    const mostGas = (await anchors.bounds()).batch.gas;
    if (!isOlder && !hadRoom({ sessions: sessions.length, gasUsed, mostGas })) return undefined;
    return faultOf("SESSION_LEFT_OUT", [oldest.sessionId, oldest.commitment]);
  }
  return undefined;
}
