import { availableParallelism } from "node:os";

/** How many chunks are worked on at a time. */
export interface ChunkParallelism {
  /** Threads that compute, see {@link SessionWorkers}. */
  readonly threads: number;
  /** Chunks in memory: those being computed, and those being read or written at the same time. */
  readonly lanes: number;
  /** The total size of the lanes' buffers. */
  readonly memoryBytes: number;
}

export interface ChunkedContent {
  readonly totalBytes: number;
  /** Of the largest chunk. */
  readonly chunkBytes: number;
}

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** Below this, computing a chunk takes about as long as handing it to another thread. */
export const MIN_BYTES_FOR_WORKERS = 256 * KIB;

/** Below this, one thread finishes before others have started (about 0.1 s); measured on two cores. */
const MIN_BYTES_FOR_THREADS = 64 * MIB;

/** More threads would only wait for the disk and use memory, some 20 MB each. */
const MAX_THREADS = 8;

/** All lanes together. */
const MEMORY_BYTES = 160 * MIB;

/** The plaintext and the file. */
const BUFFERS_OF_A_LANE = 2;

/** Beside the chunks that are computed, one is read or written. */
const LANES_FOR_FILES = 1;

/** @param threads overrides the choice. */
export function chunkParallelism(content: ChunkedContent, threads?: number): ChunkParallelism {
  const { totalBytes } = content;
  const chunkBytes = Math.max(1, Math.min(content.chunkBytes, totalBytes));
  const count = Math.max(1, Math.ceil(totalBytes / chunkBytes));
  const laneBytes = BUFFERS_OF_A_LANE * chunkBytes;
  const affordable = Math.max(2, Math.floor(MEMORY_BYTES / laneBytes));
  const wanted =
    threads ?? (totalBytes < MIN_BYTES_FOR_THREADS ? 1 : Math.min(availableParallelism(), MAX_THREADS));
  const computing = Math.min(wanted, count, affordable);
  // One thread computes one chunk at a time: one is being computed, and one written to disk.
  const wantedLanes = computing === 1 ? 2 : computing + LANES_FOR_FILES;
  const lanes = Math.min(wantedLanes, count, affordable);
  return { threads: computing, lanes, memoryBytes: lanes * laneBytes };
}
