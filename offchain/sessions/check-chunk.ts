import { type ChunkDigest, chunkDigest, ciphertextSha256 } from "./chunk-digest.ts";
import { chunkFault, chunkSizeMismatch } from "./chunk-fault.ts";
import { SessionError, type SessionErrorDetails } from "./errors.ts";
import { MAX_CHUNK_FILE_BYTES } from "./limits.ts";
import type { Manifest } from "./manifest.ts";
import { readRegularFile } from "./read-regular-file.ts";
import { chunkPath } from "./session-directory.ts";

type FileTooLarge = Extract<SessionErrorDetails, { code: "FILE_TOO_LARGE" }>;

/** The buffer that a chunk is read into, and where its digests are computed. */
export interface ChunkCheckOptions {
  /** @default in the calling thread */
  readonly digest?: (file: Buffer) => ChunkDigest | Promise<ChunkDigest>;
  /** @default a new buffer */
  readonly allocate?: (bytes: number) => Buffer;
}

/**
 * Reads a chunk's file and checks it against its row of the manifest.
 *
 * @returns the file's bytes, which are the chunk.
 * @throws {SessionError} CHUNK_MISSING, CHUNK_SIZE_MISMATCH, CHUNK_CORRUPT, CHUNK_SWAPPED, CHUNK_DOUBLED,
 * CHUNK_CONTENT_ROOT_MISMATCH, CHUNK_INDEX_OUT_OF_RANGE, FILE_NOT_REGULAR, FILE_UNREADABLE
 */
export async function readCheckedChunk(
  directory: string,
  manifest: Manifest,
  idx: number,
  { digest = chunkDigest, allocate }: ChunkCheckOptions = {},
): Promise<Buffer> {
  const chunk = manifest.chunks[idx];
  if (chunk === undefined) {
    throw new SessionError({ code: "CHUNK_INDEX_OUT_OF_RANGE", idx, chunkCount: manifest.chunks.length });
  }
  const path = chunkPath(directory, idx);
  const bytes = await readChunkFile(path, allocate).catch((error) => {
    throw isTooLarge(error) ? chunkSizeMismatch(chunk, error.details.fileBytes, error) : error;
  });
  if (bytes === undefined) throw new SessionError({ code: "CHUNK_MISSING", idx, path });
  const isAtHome = async (other: number) => {
    // An error of the other file is a separate finding.
    const found = await readChunkFile(chunkPath(directory, other)).catch(() => undefined);
    return found !== undefined && ciphertextSha256(found) === manifest.chunks[other]?.ciphertextSha256;
  };
  const fault = await chunkFault(manifest, idx, await digest(bytes), isAtHome);
  if (fault !== undefined) throw fault;
  return bytes;
}

const readChunkFile = (path: string, allocate?: (bytes: number) => Buffer) =>
  readRegularFile(path, { maxBytes: MAX_CHUNK_FILE_BYTES, ...(allocate && { allocate }) });

/** A file that exceeds every chunk's limit is reported with the size that the manifest gives for this one. */
function isTooLarge(error: unknown): error is SessionError & { readonly details: FileTooLarge } {
  return error instanceof SessionError && error.code === "FILE_TOO_LARGE";
}
