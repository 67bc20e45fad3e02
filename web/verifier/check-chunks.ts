import { type ChunkDigest, chunkDigest } from "../../offchain/sessions/chunk-digest.ts";
import { chunkFault, chunkSizeMismatch } from "../../offchain/sessions/chunk-fault.ts";
import { chunkFileName } from "../../offchain/sessions/chunk-file-name.ts";
import { SessionError } from "../../offchain/sessions/errors.ts";
import { MAX_CHUNK_FILE_BYTES } from "../../offchain/sessions/limits.ts";
import type { Manifest } from "../../offchain/sessions/manifest.ts";
import type { ChosenFile } from "./dropped-files.ts";

/** Which chunks have a file, and what is wrong with them. */
export interface CheckedChunks {
  /** Files that are named like a chunk of the session. */
  readonly given: number;
  readonly findings: readonly SessionError[];
}

/**
 * Checks chunk files against a manifest, as `session verify FOLDER` does, except that a chunk without a file is not a
 * finding: whoever has a proof need not have all of the session.
 *
 * @param onChunk told how many files were read
 */
export async function checkChunks(
  manifest: Manifest,
  files: readonly ChosenFile[],
  onChunk: (done: number) => void,
): Promise<CheckedChunks> {
  const byName = new Map(files.map((file) => [file.name, file]));
  const expected = new Map(manifest.chunks.map((chunk) => [chunkFileName(chunk.idx), chunk]));
  const digests = new Map<number, ChunkDigest>();
  const findings: SessionError[] = [];
  const tooLarge = new Set<number>();
  let done = 0;
  for (const [name, chunk] of expected) {
    const file = byName.get(name);
    if (file === undefined) continue;
    if (file.size > MAX_CHUNK_FILE_BYTES) tooLarge.add(chunk.idx);
    else digests.set(chunk.idx, chunkDigest(await file.bytes()));
    done += 1;
    onChunk(done);
  }
  const isAtHome = async (other: number) =>
    digests.get(other)?.ciphertextSha256 === manifest.chunks[other]?.ciphertextSha256;
  for (const [name, chunk] of expected) {
    const digest = digests.get(chunk.idx);
    const fault = tooLarge.has(chunk.idx)
      ? chunkSizeMismatch(chunk, byName.get(name)?.size ?? 0)
      : digest && (await chunkFault(manifest, chunk.idx, digest, isAtHome));
    if (fault !== undefined) findings.push(fault);
  }
  const chunkCount = manifest.chunks.length;
  for (const { name } of files) {
    if (!expected.has(name))
      findings.push(new SessionError({ code: "CHUNK_UNEXPECTED", file: name, chunkCount }));
  }
  return { given: done, findings };
}
