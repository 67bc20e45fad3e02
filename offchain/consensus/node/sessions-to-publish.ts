import type { LucidAnchorsClient } from "../../contracts/lucid-anchors/client.ts";
import type { Store } from "../../store/store.ts";
import { MAX_SESSIONS_PER_BATCH } from "../parameters.ts";
import { pendingSessions } from "./pending-sessions.ts";
import type { PendingSession } from "./publishable.ts";
import type { RecentBlock } from "./recent-blocks.ts";

interface PublishModules {
  readonly store: Store;
  readonly anchors: LucidAnchorsClient;
}

/**
 * The oldest queued sessions that are neither on chain nor on their way there by one of the last blocks, as many as one
 * transaction may have.
 *
 * @param recent the last two blocks before the slot
 */
export async function sessionsToPublish(
  recent: readonly RecentBlock[],
  { store, anchors }: PublishModules,
): Promise<readonly PendingSession[]> {
  const inFlight = await commitmentsInFlight(recent, anchors);
  const chosen: PendingSession[] = [];
  for await (const page of pendingSessions(store, anchors)) {
    chosen.push(
      ...page.filter(({ registeredAt, commitment }) => {
        return registeredAt === undefined && !inFlight.has(commitment);
      }),
    );
    if (chosen.length >= MAX_SESSIONS_PER_BATCH) break;
  }
  return chosen.slice(0, MAX_SESSIONS_PER_BATCH);
}

/** Listed by blocks whose transaction is not mined yet: whether it ever is, a later block will show. */
async function commitmentsInFlight(
  recent: readonly RecentBlock[],
  anchors: LucidAnchorsClient,
): Promise<ReadonlySet<string>> {
  const inFlight = new Set<string>();
  for (const { record } of recent) {
    if (record?.txid === undefined || (await anchors.receiptOf(record.txid)) !== undefined) continue;
    for (const [, commitment] of record.sessions) inFlight.add(commitment);
  }
  return inFlight;
}
