import { availableParallelism } from "node:os";
import type { LucidError } from "../errors.ts";
import { inGroups } from "../in-groups.ts";
import { SessionError } from "../sessions/errors.ts";
import { sealedSessions } from "../sessions/find-session.ts";
import type { SealedSession } from "../sessions/sealed-session.ts";
import { sessionDirectory } from "../sessions/session-directory.ts";
import { SessionWorkers } from "../sessions/session-workers.ts";
import { StoreError } from "../store/errors.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import { AnchoringError } from "./errors.ts";
import { recordSessions } from "./record-session.ts";

/** A waiting session whose files are missing or damaged. */
export interface UnreadableSession {
  readonly sessionId: string;
  readonly error: LucidError;
}

export interface WaitingSessions {
  readonly sessions: readonly SealedSession[];
  /** Those of another machine, or damaged ones: they do not hold up the others. */
  readonly missing: readonly UnreadableSession[];
}

export interface EnterWaitingOptions {
  /** Called with how many sessions were read, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends it between two groups. */
  readonly signal?: AbortSignal;
}

/** Sessions that are entered in one write, while the next ones are read. */
const GROUP_SESSIONS = 1_000;
/** Sessions that a thread reads before it answers. */
const SESSIONS_PER_QUESTION = 50;
/** Below this, one thread finishes before others have started. */
const MIN_SESSIONS_FOR_THREADS = 5_000;

/**
 * Reads every session that is sealed but not anchored yet: those in the store, and those whose seal was killed before
 * they were entered, which are entered now. With many sessions, signatures are verified on all cores.
 *
 * @throws {StoreError}
 * @throws {SessionError} SESSION_WORKER_FAILED
 * @throws the signal's reason, once it is aborted
 */
export async function enterWaitingSessions(
  dataDir: string,
  store: Store,
  { onProgress, signal }: EnterWaitingOptions = {},
): Promise<WaitingSessions> {
  const ids = await waitingIds(dataDir, store);
  const threads = ids.length < MIN_SESSIONS_FOR_THREADS ? 1 : availableParallelism();
  await using workers = new SessionWorkers({ threads });
  const sessions: SealedSession[] = [];
  const missing: UnreadableSession[] = [];
  const groups = inGroups(ids, GROUP_SESSIONS);
  let next = loadGroup(dataDir, groups[0] ?? [], workers);
  for (const [at] of groups.entries()) {
    const loaded = await next;
    signal?.throwIfAborted();
    next = loadGroup(dataDir, groups[at + 1] ?? [], workers);
    // Awaited in the next round; a failure of the store may be thrown before.
    next.catch(() => undefined);
    missing.push(...loaded.missing);
    sessions.push(...(await enter(store, loaded.sessions, missing)));
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

async function loadGroup(
  dataDir: string,
  ids: readonly string[],
  workers: SessionWorkers,
): Promise<WaitingSessions> {
  const sessions: SealedSession[] = [];
  const missing: UnreadableSession[] = [];
  const answers = await Promise.all(
    inGroups(ids, SESSIONS_PER_QUESTION).map((group) =>
      workers.run("loadSessions", { paths: group.map((id) => sessionDirectory(dataDir, id)) }),
    ),
  );
  for (const [place, answer] of answers.flat().entries()) {
    if ("sealed" in answer) sessions.push(answer.sealed);
    else {
      const error = new SessionError(answer.refusal, { cause: answer.cause });
      missing.push({ sessionId: ids[place] as string, error });
    }
  }
  return { sessions, missing };
}

/** @returns those that were entered; one that cannot be is left out, and does not hold up the others. */
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

/** Whether an error concerns one session only; a store that does not answer concerns all of them. */
function isOfTheSession(error: unknown): error is LucidError {
  const isConflict = error instanceof StoreError && error.code === "STORE_CONFLICT";
  return error instanceof SessionError || error instanceof AnchoringError || isConflict;
}
