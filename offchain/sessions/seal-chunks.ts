import { hash } from "node:crypto";
import { encryptChunk } from "./chunk-cipher.ts";
import { compressChunk } from "./chunk-compressor.ts";
import type { Chunk } from "./chunk-tree.ts";
import { COMMITMENT_BYTES, compressedBound, TAG_BYTES } from "./limits.ts";
import type { Recording } from "./recording.ts";
import { releaseBuffer } from "./release-buffer.ts";
import { contentRoot } from "./segment-tree.ts";
import { chunkPath, writeDurably } from "./session-directory.ts";

/** How far a seal or an opening is. */
export interface SessionProgress {
  /** Bytes of the recording that are done. */
  readonly bytes: number;
  readonly chunks: number;
}

/** What one run of `sealChunks` needs to know. */
export interface SealChunksOptions {
  readonly directory: string;
  readonly sessionId: string;
  readonly sessionKey: Uint8Array;
  readonly chunkBytes: number;
  readonly onProgress: (progress: SessionProgress) => void;
}

/**
 * Chunks in flight: while one is encrypted and hashed here, which is the longest part, the other is written, read
 * and compressed in the thread pool. A third would only hold more memory, and past 64 MiB of buffers the garbage
 * collector starts to run for nothing.
 */
const IN_FLIGHT = 2;

interface Piece {
  readonly idx: number;
  readonly plain: Buffer;
}

/**
 * Cuts a recording into chunks, and compresses, encrypts, hashes and stores them, in constant memory.
 *
 * @returns the chunk table, by idx.
 */
export async function sealChunks(recording: Recording, options: SealChunksOptions): Promise<Chunk[]> {
  const { directory, sessionId, sessionKey, onProgress } = options;
  const chunkBytes = Math.min(options.chunkBytes, recording.sizeBytes);
  const count = Math.ceil(recording.sizeBytes / chunkBytes);
  const chunks: Chunk[] = [];
  const done = { bytes: 0, chunks: 0 };
  const nextPiece = pieceReader(recording, count);
  let failed = false;

  // Each lane keeps its two buffers for all its chunks: fresh ones would cost a page fault every 4 KiB.
  const lane = async () => {
    const plainBuffer = Buffer.allocUnsafeSlow(chunkBytes);
    const fileBuffer = Buffer.allocUnsafeSlow(COMMITMENT_BYTES + compressedBound(chunkBytes) + TAG_BYTES);
    try {
      for (;;) {
        const piece = failed ? undefined : await nextPiece(plainBuffer);
        if (piece === undefined) return;
        const { idx, plain } = piece;
        const encryptor = encryptChunk(sessionKey, sessionId, idx, fileBuffer);
        await compressChunk(plain, encryptor.update);
        const file = encryptor.finish();
        const stored = writeDurably(chunkPath(directory, idx), file);
        chunks[idx] = chunkOf(idx, file);
        await stored;
        done.bytes += plain.length;
        done.chunks += 1;
        onProgress({ ...done });
      }
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      releaseBuffer(plainBuffer.fill(0));
      releaseBuffer(fileBuffer);
    }
  };

  // All lanes end before anybody clears the folder away under them.
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(IN_FLIGHT, count) }, lane));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return chunks;
}

/** A chunk's row for its file. */
export function chunkOf(idx: number, file: Buffer): Chunk {
  return {
    idx,
    sizeBytes: file.length,
    ciphertextSha256: `0x${hash("sha256", file, "hex")}`,
    contentRoot: contentRoot(file),
  };
}

/** Hands out the recording piece by piece, one read after the other, whoever asks. */
function pieceReader({ file }: Recording, count: number) {
  let idx = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const read = async (buffer: Buffer): Promise<Piece | undefined> => {
    if (idx === count) return undefined;
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled === 0 ? undefined : { idx: idx++, plain: buffer.subarray(0, filled) };
  };
  return (buffer: Buffer): Promise<Piece | undefined> => {
    const piece = turn.then(() => read(buffer));
    turn = piece.catch(() => undefined);
    return piece;
  };
}
