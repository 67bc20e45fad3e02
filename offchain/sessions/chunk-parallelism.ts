import { availableParallelism } from "node:os";

/** How many chunks are worked on at a time. */
export interface ChunkParallelism {
  /** Threads that compute, see {@link ChunkWorkers}. */
  readonly threads: number;
  /** Chunks in memory: those that are computed and those that are read or written meanwhile. */
  readonly lanes: number;
}

const MIB = 2 ** 20;

/** Below this, one thread is done before others have started (about 0.1 s). Measured. */
const LEAST_BYTES_FOR_THREADS = 32 * MIB;

/** More threads would wait for the disk and take memory, some 20 MB each. */
const MAX_THREADS = 8;

/** All lanes together; each has the plaintext and the file of a chunk. */
const MEMORY_BYTES = 160 * MIB;

/** Beside the chunks that are computed: one that is read and one that is written. */
const LANES_FOR_FILES = 2;

/**
 * @param content.totalBytes of all chunks.
 * @param content.chunkBytes of the largest one.
 * @param threads overrules what would be chosen.
 */
export function chunkParallelism(
  { totalBytes, chunkBytes }: { readonly totalBytes: number; readonly chunkBytes: number },
  threads?: number,
): ChunkParallelism {
  const count = Math.ceil(totalBytes / chunkBytes);
  const affordable = Math.max(2, Math.floor(MEMORY_BYTES / (2 * chunkBytes)));
  const wanted =
    threads ?? (totalBytes < LEAST_BYTES_FOR_THREADS ? 1 : Math.min(availableParallelism(), MAX_THREADS));
  const computing = Math.min(wanted, count, affordable);
  // In one thread nothing is computed while a chunk is computed: one in the making, one on its way to the disk.
  const lanes = computing === 1 ? 2 : computing + LANES_FOR_FILES;
  return { threads: computing, lanes: Math.min(lanes, count, affordable) };
}
