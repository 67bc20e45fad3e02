import { readCheckedChunk } from "./check-chunk.ts";
import { chunkFileBuffer, chunkFileBytes } from "./chunk-file-buffer.ts";
import { chunkParallelism } from "./chunk-parallelism.ts";
import { LaneBuffers } from "./lane-buffers.ts";
import { MAX_CHUNK_BYTES } from "./limits.ts";
import type { StoredSession } from "./read-session.ts";
import { type Lane, runLanes } from "./run-lanes.ts";
import { SessionWorkers } from "./session-workers.ts";

/** The progress of an opening. */
export interface OpenProgress {
  /** Bytes of the recording that have been written; the manifest does not tell the total. */
  readonly bytes: number;
  /** Bytes of the chunk files from which they came, and of all chunk files. */
  readonly fileBytes: number;
  readonly totalFileBytes: number;
  readonly chunks: number;
  readonly totalChunks: number;
}

export interface OpenChunksOptions {
  /** In a shared buffer. */
  readonly sessionKey: Uint8Array;
  /** @default as many as the session's size and the machine suggest */
  readonly threads?: number | undefined;
  /** Receives the plaintext of one chunk after the other, in order. */
  readonly write: (plain: Uint8Array) => Promise<void>;
  /** Called before each chunk; what it throws ends the opening. */
  readonly goOn: () => void;
  readonly onProgress: (progress: OpenProgress) => void;
}

/**
 * Checks, decrypts and decompresses a session's chunks, several at a time and in constant memory, and writes them in
 * order.
 *
 * @returns bytes of the recording.
 * @throws {SessionError} CHUNK_*, FILE_*, SESSION_WORKER_FAILED; of several chunks that are wrong, the first one's
 */
export async function openChunks(
  { directory, manifest }: StoredSession,
  { sessionKey, threads, write, goOn, onProgress }: OpenChunksOptions,
): Promise<number> {
  const { sessionId, chunks } = manifest;
  const { largest, total } = chunkFileBytes(manifest);
  const parallelism = chunkParallelism({ totalBytes: total, chunkBytes: largest }, threads);
  const workers = new SessionWorkers(parallelism);
  const buffers = new LaneBuffers(workers);
  let bytes = 0;
  let fileBytes = 0;
  let turn: Promise<boolean> = Promise.resolve(true);

  const openLane = (): Lane => {
    const allocate = chunkFileBuffer(buffers, largest);
    const target = buffers.take(MAX_CHUNK_BYTES);
    const digest = (file: Buffer) => workers.run("digest", { file });
    return async (idx) => {
      const before = turn;
      const { promise, resolve: hasWritten } = Promise.withResolvers<boolean>();
      turn = promise;
      try {
        const file = await readCheckedChunk(directory, manifest, idx, { digest, allocate });
        const length = await workers.run("open", { sessionKey, sessionId, idx, file, target });
        // Nothing is written after a chunk that failed; that chunk's error is thrown.
        if (!(await before)) return;
        await write(target.subarray(0, length));
        bytes += length;
        fileBytes += file.length;
        const progress = { bytes, fileBytes, totalFileBytes: total };
        onProgress({ ...progress, chunks: idx + 1, totalChunks: chunks.length });
        hasWritten(true);
      } finally {
        hasWritten(false);
      }
    };
  };
  let isReusable = false;
  try {
    await runLanes({ count: chunks.length, lanes: parallelism.lanes, openLane, beforeEach: goOn });
    isReusable = true;
  } finally {
    await workers.close();
    buffers.end({ isReusable });
  }
  return bytes;
}
