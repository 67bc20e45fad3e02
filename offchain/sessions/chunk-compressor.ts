import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { SessionError } from "./errors.ts";
import { compressedBound, MAX_CHUNK_BYTES } from "./limits.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Output grows in steps of this size: Node's 16 KiB cost a round trip to the thread pool each. */
const OUTPUT_STEP_BYTES = 1024 * 1024;

/**
 * One zstd frame (RFC 8878) at zstd's own default level, made in the thread pool. The frame says how long its
 * content is, so that a reader can refuse it before decompressing.
 */
export function compressChunk(plain: Uint8Array): Promise<Buffer> {
  const chunkSize = Math.min(OUTPUT_STEP_BYTES, compressedBound(plain.length));
  return compress(plain, { chunkSize, pledgedSrcSize: plain.length });
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
