import type { LucidError } from "../errors.ts";
import { SessionError } from "../sessions/errors.ts";
import { sealedSessions } from "../sessions/find-session.ts";
import type { SealedSession } from "../sessions/seal-session.ts";
import { sessionDirectory } from "../sessions/session-directory.ts";
import { StoreError } from "../store/errors.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import { AnchoringError } from "./errors.ts";
import { loadSession } from "./load-session.ts";
import { recordSession } from "./record-session.ts";

/** A session that waits, but whose files are not here or not in order. */
export interface UnreadableSession {
  readonly sessionId: string;
  readonly error: LucidError;
}

export interface WaitingSessions {
  readonly sessions: readonly SealedSession[];
  /** Of another machine, or damaged: they hold up no other. */
  readonly missing: readonly UnreadableSession[];
}

/**
 * Every session that is sealed and not anchored yet: those of the store, and those whose seal was killed before it
 * could enter them.
 */
export async function waitingSessions(dataDir: string, store: Store): Promise<WaitingSessions> {
  const ids = new Set<string>();
  for (const status of ["sealed", "pending"] as const) {
    for await (const { _id } of eachDocument((page) => store.sessions.byStatus(status, page))) ids.add(_id);
  }
  for (const id of await sealedSessions(dataDir)) {
    if ((await store.sessions.get(id)) === undefined) ids.add(id);
  }
  const sessions: SealedSession[] = [];
  const missing: UnreadableSession[] = [];
  for (const sessionId of ids) {
    try {
      const sealed = await loadSession(sessionDirectory(dataDir, sessionId));
      await recordSession(store, sealed);
      sessions.push(sealed);
    } catch (error) {
      if (!isOfTheSession(error)) throw error;
      missing.push({ sessionId, error });
    }
  }
  return { sessions, missing };
}

/** What is wrong with one session alone; a store that does not answer is wrong for all of them. */
function isOfTheSession(error: unknown): error is LucidError {
  const isConflict = error instanceof StoreError && error.code === "STORE_CONFLICT";
  return error instanceof SessionError || error instanceof AnchoringError || isConflict;
}
