import { chunkParallelism, MIN_BYTES_FOR_WORKERS } from "./chunk-parallelism.ts";
import type { Chunk } from "./chunk-tree.ts";
import { SessionError } from "./errors.ts";
import { LaneBuffers } from "./lane-buffers.ts";
import { COMMITMENT_BYTES, compressedBound, TAG_BYTES } from "./limits.ts";
import type { Recording } from "./recording.ts";
import { type Lane, runLanes } from "./run-lanes.ts";
import { chunkPath, writeDurably } from "./session-directory.ts";
import { SessionWorkers } from "./session-workers.ts";

/** The progress of a seal or an opening. */
export interface SessionProgress {
  /** Bytes of the recording that are done. */
  readonly bytes: number;
  readonly chunks: number;
}

/** The input of `sealChunks`. */
export interface SealChunksOptions {
  readonly directory: string;
  readonly sessionId: string;
  /** In a shared buffer. */
  readonly sessionKey: Uint8Array;
  readonly chunkBytes: number;
  /** @default as many as the recording's size and the machine suggest */
  readonly threads?: number | undefined;
  /** Threads to share with other seals; they are not closed at the end. @default new threads */
  readonly workers?: SessionWorkers | undefined;
  /** Called before each chunk; what it throws ends the seal. */
  readonly goOn: () => void;
  readonly onProgress: (progress: SessionProgress) => void;
}

/**
 * Cuts a recording into chunks, and compresses, encrypts, hashes and stores them, several at a time and in constant
 * memory. The result does not depend on the number.
 *
 * @returns the chunk table, by idx.
 * @throws {SessionError} SESSION_RECORDING_CHANGED, SESSION_WORKER_FAILED
 */
export async function sealChunks(recording: Recording, options: SealChunksOptions): Promise<Chunk[]> {
  const { directory, sessionId, sessionKey, onProgress, goOn } = options;
  const chunkBytes = Math.min(options.chunkBytes, recording.sizeBytes);
  const count = Math.ceil(recording.sizeBytes / chunkBytes);
  const content = { totalBytes: recording.sizeBytes, chunkBytes };
  const shared = recording.sizeBytes < MIN_BYTES_FOR_WORKERS ? undefined : options.workers;
  const parallelism = chunkParallelism(content, shared?.threads ?? options.threads);
  const workers = shared ?? new SessionWorkers(parallelism);
  const chunks: Chunk[] = [];
  const done = { bytes: 0, chunks: 0 };

  const buffers = new LaneBuffers(workers);
  // Each lane reuses its two buffers for all its chunks: new ones would cost a page fault every 4 KiB.
  const openLane = (): Lane => {
    const plainBuffer = buffers.take(chunkBytes);
    const target = buffers.take(COMMITMENT_BYTES + compressedBound(chunkBytes) + TAG_BYTES);
    return async (idx) => {
      const plain = await readPiece(recording, idx * chunkBytes, plainBuffer);
      const digest = await workers.run("seal", { sessionKey, sessionId, idx, plain, target });
      chunks[idx] = { idx, ...digest };
      await writeDurably(chunkPath(directory, idx), target.subarray(0, digest.sizeBytes));
      done.bytes += plain.length;
      done.chunks += 1;
      onProgress({ ...done });
    };
  };
  let isReusable = false;
  try {
    await runLanes({ count, lanes: parallelism.lanes, openLane, beforeEach: goOn });
    isReusable = true;
  } finally {
    if (shared === undefined) await workers.close();
    buffers.end({ isReusable });
  }
  return chunks;
}

/** Reads one piece of the recording: as much as the buffer holds, or what is left of it. */
async function readPiece({ path, file, sizeBytes }: Recording, at: number, buffer: Buffer): Promise<Buffer> {
  const piece = buffer.subarray(0, sizeBytes - at);
  for (let filled = 0; filled < piece.length; ) {
    const { bytesRead } = await file.read(piece, filled, piece.length - filled, at + filled);
    if (bytesRead === 0) throw new SessionError({ code: "SESSION_RECORDING_CHANGED", path });
    filled += bytesRead;
  }
  return piece;
}
