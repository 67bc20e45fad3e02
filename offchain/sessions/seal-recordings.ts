import { stat } from "node:fs/promises";
import { OneAtATime } from "../one-at-a-time.ts";
import { chunkParallelism } from "./chunk-parallelism.ts";
import { SessionError } from "./errors.ts";
import { DEFAULT_CHUNK_BYTES } from "./limits.ts";
import { runLanes } from "./run-lanes.ts";
import { type SealOptions, sealSession } from "./seal-session.ts";
import type { SealedSession } from "./sealed-session.ts";
import { SessionWorkers } from "./session-workers.ts";

export interface SealRecordingsOptions
  extends Pick<
    SealOptions,
    "dataDir" | "owner" | "recipients" | "startedAt" | "endedAt" | "chunkBytes" | "signal"
  > {
  /** Paths of the recordings; each becomes one session. */
  readonly sources: readonly string[];
  /** Receives sessions that are sealed on disk, a group at a time. */
  readonly onSealed: (sealed: readonly SealedRecording[]) => Promise<void>;
  /** Called for a recording that cannot be sealed; the others are sealed nevertheless. */
  readonly onFailed: (source: string, error: SessionError) => void;
  /** Called after each chunk. */
  readonly onProgress?: ((progress: RecordingsProgress) => void) | undefined;
}

export interface SealedRecording {
  readonly source: string;
  readonly sealed: SealedSession;
}

/** The progress, in bytes of recordings. */
export interface RecordingsProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Sessions are handed over in groups of this size, */
const GROUP_SESSIONS = 100;
/** or after this time, so that sessions of a long run are entered early. */
const GROUP_MS = 1_000;

/** Enough that the disk always has something to sync: the file system combines the syncs of several sessions. */
const SESSIONS_AT_A_TIME = 16;

/**
 * Seals many recordings, several at a time as far as memory allows: large ones one after the other, each on all
 * cores, small ones side by side. Each session is complete or absent.
 *
 * @throws {SessionError} SESSION_SEAL_INTERRUPTED, SESSION_WORKER_FAILED, SESSION_RECIPIENT*; whatever is wrong with one recording goes to `onFailed`
 */
export async function sealRecordings(options: SealRecordingsOptions): Promise<void> {
  const { sources, onSealed, onFailed, onProgress, chunkBytes = DEFAULT_CHUNK_BYTES, ...common } = options;
  const sizes = await sizesOf(sources);
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  const { threads, memoryBytes } = chunkParallelism({ totalBytes, chunkBytes });
  await using workers = new SessionWorkers({ threads });
  const takeTurn = memoryTurns(memoryBytes);
  const groups = groupedHandOver(onSealed);
  let bytes = 0;

  const work = async (place: number) => {
    const source = sources[place] as string;
    const size = sizes[place] as number;
    const needed = chunkParallelism({ totalBytes: size, chunkBytes }, threads).memoryBytes;
    const giveBack = await takeTurn(needed);
    let before = 0;
    const progress = (done: number) => {
      bytes += done - before;
      before = done;
      onProgress?.({ bytes, totalBytes });
    };
    try {
      const sealing = { ...common, source, chunkBytes, workers };
      const sealed = await sealSession({ ...sealing, onProgress: (chunk) => progress(chunk.bytes) });
      await groups.add({ source, sealed });
    } catch (error) {
      if (!(error instanceof SessionError) || ENDS_ALL.has(error.code)) throw error;
      onFailed(source, error);
      progress(size);
    } finally {
      giveBack();
    }
  };
  const openLane = () => work;
  const lanes = SESSIONS_AT_A_TIME;
  try {
    await runLanes({ count: sources.length, lanes, openLane });
  } finally {
    await groups.flush();
  }
}

/** Errors that are not caused by a single recording. */
const ENDS_ALL = new Set<string>([
  ...["SESSION_SEAL_INTERRUPTED", "SESSION_WORKER_FAILED"],
  ...["SESSION_RECIPIENTS_MISSING", "SESSION_RECIPIENT_INVALID", "SESSION_RECIPIENTS_MIXED"],
]);

/** Bytes of each; 0 for one that cannot be read: sealing it will report what is wrong. */
async function sizesOf(sources: readonly string[]): Promise<number[]> {
  const sizes: number[] = [];
  for (const source of sources) {
    sizes.push(
      await stat(source).then(
        (found) => found.size,
        () => 0,
      ),
    );
  }
  return sizes;
}

/** Collects what is sealed, and hands it over group by group. */
function groupedHandOver(handOver: SealRecordingsOptions["onSealed"]) {
  let waiting: SealedRecording[] = [];
  let since = performance.now();
  const turns = new OneAtATime();
  const flush = async (): Promise<void> => {
    const group = waiting;
    waiting = [];
    since = performance.now();
    await turns.run(async () => {
      if (group.length > 0) await handOver(group);
    });
  };
  return {
    flush,
    add: async (sealed: SealedRecording): Promise<void> => {
      waiting.push(sealed);
      if (waiting.length >= GROUP_SESSIONS || performance.now() - since >= GROUP_MS) await flush();
    },
  };
}

/**
 * Allots memory in the order of requests. A request for more than the total waits until no other holds any.
 *
 * @returns a function that waits for its turn, and returns a function that frees the memory.
 */
function memoryTurns(totalBytes: number): (bytes: number) => Promise<() => void> {
  const queue: { readonly bytes: number; readonly start: () => void }[] = [];
  let used = 0;
  const startWhoFits = () => {
    for (let [first] = queue; first !== undefined; [first] = queue) {
      if (used > 0 && used + first.bytes > totalBytes) return;
      queue.shift();
      used += first.bytes;
      first.start();
    }
  };
  return async (bytes) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    queue.push({ bytes, start: resolve });
    startWhoFits();
    await promise;
    return () => {
      used -= bytes;
      startWhoFits();
    };
  };
}
