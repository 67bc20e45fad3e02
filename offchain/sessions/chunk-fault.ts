import type { ChunkDigest } from "./chunk-digest.ts";
import type { Chunk } from "./chunk-tree.ts";
import { SessionError } from "./errors.ts";
import type { Manifest } from "./manifest.ts";

/**
 * What is wrong with the file of a chunk, by its digests; undefined where it is the chunk.
 *
 * @param idx of a chunk of the manifest
 * @param isAtHome whether the file of another chunk holds that chunk
 * @returns CHUNK_SIZE_MISMATCH, CHUNK_CORRUPT, CHUNK_SWAPPED, CHUNK_DOUBLED or CHUNK_CONTENT_ROOT_MISMATCH
 */
export async function chunkFault(
  { chunks }: Manifest,
  idx: number,
  { sizeBytes, ciphertextSha256: actualSha256, contentRoot: computed }: ChunkDigest,
  isAtHome: (other: number) => Promise<boolean>,
): Promise<SessionError | undefined> {
  const chunk = chunks[idx];
  if (chunk === undefined) {
    return new SessionError({ code: "CHUNK_INDEX_OUT_OF_RANGE", idx, chunkCount: chunks.length });
  }
  if (sizeBytes !== chunk.sizeBytes || actualSha256 !== chunk.ciphertextSha256) {
    const other = chunks.findIndex(({ ciphertextSha256 }) => ciphertextSha256 === actualSha256);
    if (other !== -1 && other !== idx) {
      // The file holds another chunk: were the two swapped, or does the other one's file hold it too?
      const isDoubled = await isAtHome(other);
      return new SessionError(
        isDoubled
          ? { code: "CHUNK_DOUBLED", idx, copyOf: other }
          : { code: "CHUNK_SWAPPED", idx, contentOf: other },
      );
    }
    if (sizeBytes !== chunk.sizeBytes) return chunkSizeMismatch(chunk, sizeBytes);
    const expectedSha256 = chunk.ciphertextSha256;
    return new SessionError({ code: "CHUNK_CORRUPT", idx, expectedSha256, actualSha256 });
  }
  if (computed === chunk.contentRoot) return undefined;
  const declared = chunk.contentRoot;
  return new SessionError({ code: "CHUNK_CONTENT_ROOT_MISMATCH", idx, declared, computed });
}

/** @param actualBytes of its file */
export function chunkSizeMismatch(
  { idx, sizeBytes: expectedBytes }: Chunk,
  actualBytes: number,
  cause?: unknown,
): SessionError {
  return new SessionError({ code: "CHUNK_SIZE_MISMATCH", idx, expectedBytes, actualBytes }, { cause });
}
