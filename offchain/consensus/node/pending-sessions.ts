import type { LucidAnchorsClient } from "../../contracts/lucid-anchors/client.ts";
import { eachPage } from "../../store/repositories/repository.ts";
import type { Store } from "../../store/store.ts";
import { type PendingSession, publishable } from "./publishable.ts";

/** Sessions that the chain is asked about at a time: one call. */
const PAGE_SESSIONS = 500;

/** A queued session, and since when the chain knows it: Unix seconds, undefined where it does not. */
export interface KnownPending extends PendingSession {
  readonly registeredAt: number | undefined;
}

/**
 * Queued sessions, oldest first, with what the chain knows of each.
 *
 * @param asOf number of the block after which the chain is asked. @default the latest
 */
export async function* pendingSessions(
  store: Store,
  anchors: LucidAnchorsClient,
  asOf?: number,
): AsyncGenerator<readonly KnownPending[]> {
  const readPage = (page: object) => store.sessions.byStatus("pending", { ...page, limit: PAGE_SESSIONS });
  for await (const entries of eachPage(readPage)) {
    const pending = entries.map(publishable).filter((one) => one !== undefined);
    const times = await anchors.registeredAtBatch(
      pending.map(({ commitment }) => commitment),
      asOf,
    );
    yield pending.map((one, at) => ({ ...one, registeredAt: times[at] }));
  }
}
