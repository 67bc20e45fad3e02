import { finished } from "node:stream/promises";
import { promisify } from "node:util";
import { createZstdCompress, zstdDecompress } from "node:zlib";
import { SessionError } from "./errors.ts";
import { compressedBound, MAX_CHUNK_BYTES } from "./limits.ts";

const decompress = promisify(zstdDecompress);

/** Output grows in steps of this size: Node's 16 KiB cost a round trip to the thread pool each. */
const OUTPUT_STEP_BYTES = 1024 * 1024;

/** Node takes no smaller output buffer. */
const LEAST_OUTPUT_BYTES = 64;

/**
 * One zstd frame (RFC 8878) at zstd's own default level, made in the thread pool. The frame says how long its
 * content is, so that a reader can refuse it before decompressing.
 *
 * @returns the frame in pieces, as they came: putting them together would copy them once more.
 */
export async function compressChunk(plain: Uint8Array): Promise<Buffer[]> {
  // Room for all of it at once: each further buffer is a round trip to the thread pool.
  const chunkSize = Math.max(LEAST_OUTPUT_BYTES, compressedBound(plain.length));
  const compressor = createZstdCompress({ chunkSize, pledgedSrcSize: plain.length });
  const pieces: Buffer[] = [];
  compressor.on("data", (piece: Buffer) => pieces.push(piece));
  compressor.end(plain);
  await finished(compressor);
  return pieces;
}

/**
 * The reverse of {@link compressChunk}; a frame that grows beyond a chunk's limit is refused, not followed.
 *
 * @throws {SessionError} CHUNK_NOT_DECOMPRESSIBLE
 */
export async function decompressChunk(idx: number, compressed: Uint8Array): Promise<Buffer> {
  try {
    return await decompress(compressed, { chunkSize: OUTPUT_STEP_BYTES, maxOutputLength: MAX_CHUNK_BYTES });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SessionError({ code: "CHUNK_NOT_DECOMPRESSIBLE", idx, reason }, { cause });
  }
}
