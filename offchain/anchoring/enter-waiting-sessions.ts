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

/** Sessions that are entered in one write, while the next ones are read. */
const GROUP_SESSIONS = 1_000;
/** Sessions that a thread reads before it answers. */
const SESSIONS_PER_QUESTION = 50;
/** Below this, one thread is done before others have started to work. */
const MIN_SESSIONS_FOR_THREADS = 5_000;

/**
 * Reads every session that is sealed and not anchored yet: those of the store, and those whose seal was killed before
 * it could enter them, which are entered now. Signatures are verified on all cores where there are many.
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
    // Waited for in the next round; until then a failure of the store may come first.
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
