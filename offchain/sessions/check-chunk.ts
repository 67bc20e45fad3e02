import type { Chunk } from "./chunk-tree.ts";
import { type ChunkDigest, chunkWork, ciphertextSha256 } from "./chunk-work.ts";
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
  { digest = (file) => chunkWork.digest({ file }), allocate }: ChunkCheckOptions = {},
): Promise<Buffer> {
  const chunk = manifest.chunks[idx];
  if (chunk === undefined) {
    throw new SessionError({ code: "CHUNK_INDEX_OUT_OF_RANGE", idx, chunkCount: manifest.chunks.length });
  }
  const path = chunkPath(directory, idx);
  const bytes = await readChunkFile(path, allocate).catch((error) => {
    throw isTooLarge(error) ? sizeMismatch(chunk, error.details.fileBytes, error) : error;
  });
  if (bytes === undefined) throw new SessionError({ code: "CHUNK_MISSING", idx, path });
  const { ciphertextSha256: actualSha256, contentRoot: computed } = await digest(bytes);
  if (bytes.length !== chunk.sizeBytes || actualSha256 !== chunk.ciphertextSha256) {
    const other = manifest.chunks.findIndex(({ ciphertextSha256 }) => ciphertextSha256 === actualSha256);
    if (other !== -1 && other !== idx) throw await misplaced(directory, manifest, idx, other);
    if (bytes.length !== chunk.sizeBytes) throw sizeMismatch(chunk, bytes.length);
    const expectedSha256 = chunk.ciphertextSha256;
    throw new SessionError({ code: "CHUNK_CORRUPT", idx, expectedSha256, actualSha256 });
  }
  if (computed !== chunk.contentRoot) {
    const declared = chunk.contentRoot;
    throw new SessionError({ code: "CHUNK_CONTENT_ROOT_MISMATCH", idx, declared, computed });
  }
  return bytes;
}

/** `idx` holds the content of `other`: were they swapped, or does `other` still have it too? */
async function misplaced(directory: string, { chunks }: Manifest, idx: number, other: number) {
  // An error of the other file is a separate finding.
  const bytes = await readChunkFile(chunkPath(directory, other)).catch(() => undefined);
  const isAtHomeToo = bytes !== undefined && ciphertextSha256(bytes) === chunks[other]?.ciphertextSha256;
  return new SessionError(
    isAtHomeToo
      ? { code: "CHUNK_DOUBLED", idx, copyOf: other }
      : { code: "CHUNK_SWAPPED", idx, contentOf: other },
  );
}

const readChunkFile = (path: string, allocate?: (bytes: number) => Buffer) =>
  readRegularFile(path, { maxBytes: MAX_CHUNK_FILE_BYTES, ...(allocate && { allocate }) });

/** A file that exceeds every chunk's limit is reported with the size that the manifest gives for this one. */
function isTooLarge(error: unknown): error is SessionError & { readonly details: FileTooLarge } {
  return error instanceof SessionError && error.code === "FILE_TOO_LARGE";
}

function sizeMismatch({ idx, sizeBytes: expectedBytes }: Chunk, actualBytes: number, cause?: unknown) {
  return new SessionError({ code: "CHUNK_SIZE_MISMATCH", idx, expectedBytes, actualBytes }, { cause });
}
