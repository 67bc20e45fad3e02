import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { SessionError } from "./errors.ts";
import { compressedBound, MAX_CHUNK_BYTES } from "./limits.ts";
import { readFrame } from "./zstd-frame.ts";

/** The smallest output buffer that Node accepts. */
const MIN_OUTPUT_BYTES = 64;

/** With one spare byte, Node does not allocate a second buffer to see whether more output comes. */
const outputBytes = (expected: number) => Math.max(MIN_OUTPUT_BYTES, expected + 1);

/**
 * One zstd frame (RFC 8878) at zstd's own default level, made in the calling thread. The frame states the size of
 * its content, so that a reader can refuse it before decompressing.
 *
 * @returns a new buffer, as secret as the content: the caller wipes it.
 */
export function compressChunk(plain: Uint8Array): Buffer {
  const chunkSize = outputBytes(compressedBound(plain.length));
  return zstdCompressSync(plain, { chunkSize, pledgedSrcSize: plain.length });
}

/**
 * The reverse of {@link compressChunk}. Accepts exactly one frame and nothing else, and checks what its header
 * declares before allocating memory for the content.
 *
 * @returns a new buffer; the caller wipes it.
 * @throws {SessionError} CHUNK_FRAME_INVALID, CHUNK_NOT_DECOMPRESSIBLE
 */
export function decompressChunk(idx: number, compressed: Uint8Array): Buffer {
  const frame = readFrame(compressed);
  if (typeof frame === "string") throw new SessionError({ code: "CHUNK_FRAME_INVALID", idx, fault: frame });
  const { contentBytes } = frame;
  let plain: Buffer;
  try {
    const chunkSize = outputBytes(contentBytes);
    plain = zstdDecompressSync(compressed, { chunkSize, maxOutputLength: MAX_CHUNK_BYTES });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SessionError({ code: "CHUNK_NOT_DECOMPRESSIBLE", idx, reason }, { cause });
  }
  // zstd checks this too, but the rule is the format's and must not depend on that.
  if (plain.length === contentBytes) return plain;
  const reason = `it has ${plain.length} bytes of content and declares ${contentBytes}`;
  throw new SessionError({ code: "CHUNK_NOT_DECOMPRESSIBLE", idx, reason });
}
