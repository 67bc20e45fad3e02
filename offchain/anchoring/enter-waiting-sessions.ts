import type { LucidError } from "../errors.ts";
import { inGroups } from "../in-groups.ts";
import { SessionError } from "../sessions/errors.ts";
import { sealedSessions } from "../sessions/find-session.ts";
import { runLanes } from "../sessions/run-lanes.ts";
import type { SealedSession } from "../sessions/seal-session.ts";
import { sessionDirectory } from "../sessions/session-directory.ts";
import { StoreError } from "../store/errors.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import { AnchoringError } from "./errors.ts";
import { loadSession } from "./load-session.ts";
import { recordSessions } from "./record-session.ts";

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

export interface EnterWaitingOptions {
  /** Called with how many sessions were read, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends it between two groups. */
  readonly signal?: AbortSignal;
}

/** Sessions that are entered in one write. */
const GROUP_SESSIONS = 1_000;
/** Sessions that are read at a time: a file is mostly waiting. */
const LANES = 16;

/**
 * Reads every session that is sealed and not anchored yet: those of the store, and those whose seal was killed before
 * it could enter them, which are entered now.
 *
 * @throws {StoreError}
 */
export async function enterWaitingSessions(
  dataDir: string,
  store: Store,
  { onProgress, signal }: EnterWaitingOptions = {},
): Promise<WaitingSessions> {
  const ids = await waitingIds(dataDir, store);
  const sessions: SealedSession[] = [];
  const missing: UnreadableSession[] = [];
  for (const group of inGroups(ids, GROUP_SESSIONS)) {
    signal?.throwIfAborted();
    const loaded = await loadAll(dataDir, group, missing);
    sessions.push(...(await enter(store, loaded, missing)));
    onProgress?.(sessions.length + missing.length, ids.length);
  }
  return { sessions, missing };
}

/** In the order in which the store has them, then those that it does not have by their ids. */
async function waitingIds(dataDir: string, store: Store): Promise<string[]> {
  const ids = new Set<string>();
  for (const status of ["sealed", "pending"] as const) {
    for await (const { _id } of eachDocument((page) => store.sessions.byStatus(status, page))) ids.add(_id);
  }
  const onDisk = (await sealedSessions(dataDir)).filter((id) => !ids.has(id));
  for (const group of inGroups(onDisk, GROUP_SESSIONS)) {
    const known = await store.sessions.getMany(group);
    for (const id of group) if (!known.has(id)) ids.add(id);
  }
  return [...ids];
}

async function loadAll(
  dataDir: string,
  ids: readonly string[],
  missing: UnreadableSession[],
): Promise<SealedSession[]> {
  const loaded: (SealedSession | undefined)[] = [];
  const load = async (place: number) => {
    const sessionId = ids[place] as string;
    try {
      loaded[place] = await loadSession(sessionDirectory(dataDir, sessionId));
    } catch (error) {
      if (!isOfTheSession(error)) throw error;
      missing.push({ sessionId, error });
    }
  };
  await runLanes({ count: ids.length, lanes: LANES, openLane: () => load, beforeEach: () => undefined });
  return loaded.filter((sealed) => sealed !== undefined);
}

/** @returns those that are entered; whoever cannot be is missing, and holds up no other. */
async function enter(
  store: Store,
  sessions: readonly SealedSession[],
  missing: UnreadableSession[],
): Promise<readonly SealedSession[]> {
  try {
    await recordSessions(store, sessions);
    return sessions;
  } catch (error) {
    if (!isOfTheSession(error)) throw error;
    const [only] = sessions;
    if (sessions.length === 1 && only !== undefined) {
      missing.push({ sessionId: only.manifest.sessionId, error });
      return [];
    }
    const middle = Math.ceil(sessions.length / 2);
    const halves = [sessions.slice(0, middle), sessions.slice(middle)] as const;
    return [...(await enter(store, halves[0], missing)), ...(await enter(store, halves[1], missing))];
  }
}

/** What is wrong with one session alone; a store that does not answer is wrong for all of them. */
function isOfTheSession(error: unknown): error is LucidError {
  const isConflict = error instanceof StoreError && error.code === "STORE_CONFLICT";
  return error instanceof SessionError || error instanceof AnchoringError || isConflict;
}
