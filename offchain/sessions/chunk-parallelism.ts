import { availableParallelism } from "node:os";

/** How many chunks are worked on at a time. */
export interface ChunkParallelism {
  /** Threads that compute, see {@link SessionWorkers}. */
  readonly threads: number;
  /** Chunks in memory: those that are computed and those that are read or written meanwhile. */
  readonly lanes: number;
  /** What the lanes' buffers take together. */
  readonly memoryBytes: number;
}

export interface ChunkedContent {
  readonly totalBytes: number;
  /** Of the largest chunk. */
  readonly chunkBytes: number;
}

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** Below this, a chunk is done in about the time that it takes to reach another thread. */
export const MIN_BYTES_FOR_WORKERS = 256 * KIB;

/** Below this, one thread is done before others have started (about 0.1 s): measured on two cores. */
const MIN_BYTES_FOR_THREADS = 64 * MIB;

/** More threads would wait for the disk and take memory, some 20 MB each. */
const MAX_THREADS = 8;

/** All lanes together. */
const MEMORY_BYTES = 160 * MIB;

/** The plaintext and the file. */
const BUFFERS_OF_A_LANE = 2;

/** Beside the chunks that are computed, one is read or written. */
const LANES_FOR_FILES = 1;

/** @param threads overrules what would be chosen. */
export function chunkParallelism(content: ChunkedContent, threads?: number): ChunkParallelism {
  const { totalBytes } = content;
  const chunkBytes = Math.max(1, Math.min(content.chunkBytes, totalBytes));
  const count = Math.max(1, Math.ceil(totalBytes / chunkBytes));
  const laneBytes = BUFFERS_OF_A_LANE * chunkBytes;
  const affordable = Math.max(2, Math.floor(MEMORY_BYTES / laneBytes));
  const wanted =
    threads ?? (totalBytes < MIN_BYTES_FOR_THREADS ? 1 : Math.min(availableParallelism(), MAX_THREADS));
  const computing = Math.min(wanted, count, affordable);
  // In one thread nothing is computed while a chunk is computed: one in the making, one on its way to the disk.
  const wantedLanes = computing === 1 ? 2 : computing + LANES_FOR_FILES;
  const lanes = Math.min(wantedLanes, count, affordable);
  return { threads: computing, lanes, memoryBytes: lanes * laneBytes };
}
