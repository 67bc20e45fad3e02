import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { SessionError } from "./errors.ts";
import { compressedBound, MAX_CHUNK_BYTES } from "./limits.ts";
import { readFrame } from "./zstd-frame.ts";

/** Node takes no smaller output buffer. */
const MIN_OUTPUT_BYTES = 64;

/** With room for one byte more than the output, Node does not get a second buffer to look for more. */
const outputBytes = (expected: number) => Math.max(MIN_OUTPUT_BYTES, expected + 1);

/**
 * One zstd frame (RFC 8878) at zstd's own default level, made in the calling thread. The frame says how long its
 * content is, so that a reader can refuse it before decompressing.
 *
 * @returns a buffer of its own, as secret as the content: the caller wipes it.
 */
export function compressChunk(plain: Uint8Array): Buffer {
  const chunkSize = outputBytes(compressedBound(plain.length));
  return zstdCompressSync(plain, { chunkSize, pledgedSrcSize: plain.length });
}

/**
 * The reverse of {@link compressChunk}. Takes exactly one frame and nothing else, and looks at what its header
 * declares before any memory is taken for its content.
 *
 * @returns a buffer of its own; the caller wipes it.
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
  // zstd checks this itself; the rule is ours, whatever zstd does.
  if (plain.length === contentBytes) return plain;
  const reason = `it has ${plain.length} bytes of content and declares ${contentBytes}`;
  throw new SessionError({ code: "CHUNK_NOT_DECOMPRESSIBLE", idx, reason });
}
