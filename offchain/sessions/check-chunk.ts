import { hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { SessionError } from "./errors.ts";
import { MAX_CHUNK_FILE_BYTES } from "./limits.ts";
import type { Manifest } from "./manifest.ts";
import { contentRoot } from "./segment-tree.ts";
import { chunkPath, hasCode } from "./session-directory.ts";

/**
 * Reads a chunk's file and holds it to its row of the manifest.
 *
 * @returns the file's bytes, which are the chunk.
 * @throws {SessionError} CHUNK_MISSING, CHUNK_SIZE_MISMATCH, CHUNK_CORRUPT, CHUNK_SWAPPED, CHUNK_DOUBLED,
 * CHUNK_CONTENT_ROOT_MISMATCH, CHUNK_INDEX_OUT_OF_RANGE
 */
export async function readCheckedChunk(directory: string, manifest: Manifest, idx: number): Promise<Buffer> {
  const chunk = manifest.chunks[idx];
  if (chunk === undefined) {
    throw new SessionError({ code: "CHUNK_INDEX_OUT_OF_RANGE", idx, chunkCount: manifest.chunks.length });
  }
  const path = chunkPath(directory, idx);
  const read = await readBounded(path);
  if (read === undefined) throw new SessionError({ code: "CHUNK_MISSING", idx, path });
  const { bytes, fileBytes } = read;
  const actualSha256 = `0x${hash("sha256", bytes, "hex")}`;
  const isWhole = fileBytes === chunk.sizeBytes;
  if (!isWhole || actualSha256 !== chunk.ciphertextSha256) {
    const other = manifest.chunks.findIndex(({ ciphertextSha256 }) => ciphertextSha256 === actualSha256);
    if (other !== -1 && other !== idx) throw await misplaced(directory, manifest, idx, other);
    const { sizeBytes: expectedBytes, ciphertextSha256: expectedSha256 } = chunk;
    throw new SessionError(
      isWhole
        ? { code: "CHUNK_CORRUPT", idx, expectedSha256, actualSha256 }
        : { code: "CHUNK_SIZE_MISMATCH", idx, expectedBytes, actualBytes: fileBytes },
    );
  }
  const computed = contentRoot(bytes);
  if (computed !== chunk.contentRoot) {
    const declared = chunk.contentRoot;
    throw new SessionError({ code: "CHUNK_CONTENT_ROOT_MISMATCH", idx, declared, computed });
  }
  return bytes;
}

/** `idx` holds the content of `other`: were they swapped, or does `other` still have it too? */
async function misplaced(directory: string, { chunks }: Manifest, idx: number, other: number) {
  const read = await readBounded(chunkPath(directory, other));
  const isAtHomeToo =
    read !== undefined && `0x${hash("sha256", read.bytes, "hex")}` === chunks[other]?.ciphertextSha256;
  return new SessionError(
    isAtHomeToo
      ? { code: "CHUNK_DOUBLED", idx, copyOf: other }
      : { code: "CHUNK_SWAPPED", idx, contentOf: other },
  );
}

/** A file's bytes, no more than a chunk can have; undefined where there is no file. */
async function readBounded(path: string): Promise<{ bytes: Buffer; fileBytes: number } | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    const { size: fileBytes } = await file.stat();
    const buffer = Buffer.allocUnsafeSlow(Math.min(fileBytes, MAX_CHUNK_FILE_BYTES));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return { bytes: buffer.subarray(0, bytesRead), fileBytes };
  } finally {
    await file.close();
  }
}
