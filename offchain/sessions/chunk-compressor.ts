import { finished } from "node:stream/promises";
import { promisify } from "node:util";
import { createZstdCompress, zstdDecompress } from "node:zlib";
import { SessionError } from "./errors.ts";
import { compressedBound, MAX_CHUNK_BYTES } from "./limits.ts";
import { releaseBuffer } from "./release-buffer.ts";
import { readFrame } from "./zstd-frame.ts";

const decompress = promisify(zstdDecompress);

/** Output grows in steps of this size: Node's 16 KiB cost a round trip to the thread pool each. */
const OUTPUT_STEP_BYTES = 1024 * 1024;

/** Node takes no smaller output buffer. */
const LEAST_OUTPUT_BYTES = 64;

/**
 * One zstd frame (RFC 8878) at zstd's own default level, made in the thread pool. The frame says how long its
 * content is, so that a reader can refuse it before decompressing.
 *
 * @param onPiece takes each piece of the frame as it comes, and has it during the call alone: the memory is used
 * again for the next one, instead of being new and cleared by the system first.
 */
export async function compressChunk(plain: Uint8Array, onPiece: (piece: Buffer) => void): Promise<void> {
  const bound = compressedBound(plain.length);
  const chunkSize = Math.max(LEAST_OUTPUT_BYTES, Math.min(OUTPUT_STEP_BYTES, bound));
  const compressor = createZstdCompress({ chunkSize, pledgedSrcSize: plain.length });
  let last: Buffer | undefined;
  compressor.on("data", (piece: Buffer) => {
    onPiece(piece);
    // Until a buffer is full, zlib goes on writing behind the piece.
    const isFull = piece.byteOffset + piece.length === piece.buffer.byteLength;
    if (isFull) releaseBuffer(piece);
    last = isFull ? undefined : piece;
  });
  compressor.end(plain);
  await finished(compressor);
  if (last !== undefined) releaseBuffer(last);
}

/**
 * The reverse of {@link compressChunk}. Takes exactly one frame and nothing else, and looks at what its header
 * declares before any memory is taken for its content.
 *
 * @throws {SessionError} CHUNK_FRAME_INVALID, CHUNK_NOT_DECOMPRESSIBLE
 */
export async function decompressChunk(idx: number, compressed: Uint8Array): Promise<Buffer> {
  const frame = readFrame(compressed);
  if (typeof frame === "string") throw new SessionError({ code: "CHUNK_FRAME_INVALID", idx, fault: frame });
  const { contentBytes } = frame;
  let plain: Buffer;
  try {
    const chunkSize = Math.max(LEAST_OUTPUT_BYTES, Math.min(OUTPUT_STEP_BYTES, contentBytes));
    plain = await decompress(compressed, { chunkSize, maxOutputLength: MAX_CHUNK_BYTES });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SessionError({ code: "CHUNK_NOT_DECOMPRESSIBLE", idx, reason }, { cause });
  }
  // zstd checks this itself; the rule is ours, whatever zstd does.
  if (plain.length === contentBytes) return plain;
  const reason = `it has ${plain.length} bytes of content and declares ${contentBytes}`;
  throw new SessionError({ code: "CHUNK_NOT_DECOMPRESSIBLE", idx, reason });
}
