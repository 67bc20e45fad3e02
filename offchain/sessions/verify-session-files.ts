import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readCheckedChunk } from "./check-chunk.ts";
import { SessionError } from "./errors.ts";
import type { Manifest } from "./manifest.ts";
import { unreadable } from "./open-regular-file.ts";
import { readSession, type StoredSession } from "./read-session.ts";
import { CHUNKS_FOLDER, chunkFileName, hasCode } from "./session-directory.ts";

/** A session's manifest and everything in which its chunk files disagree with it. */
export interface VerifiedFiles extends StoredSession {
  /** CHUNK_* and FILE_* errors by idx, then unexpected files; empty when all files are right. */
  readonly findings: readonly SessionError[];
}

/**
 * Checks every chunk file of a session against its manifest and collects all findings. Needs no key.
 *
 * @param path of the session's folder or of its manifest.json.
 * @param onProgress called after each chunk with how many are done.
 * @throws {SessionError} SESSION_NOT_FOUND, MANIFEST_* and FILE_*: without a valid manifest there is nothing to check
 * against.
 */
export async function verifySessionFiles(
  path: string,
  onProgress?: (chunks: number) => void,
): Promise<VerifiedFiles> {
  const stored = await readSession(path);
  const { directory, manifest } = stored;
  const findings: SessionError[] = [];
  for (const { idx } of manifest.chunks) {
    await readCheckedChunk(directory, manifest, idx).catch((error) => findings.push(...asFinding(error)));
    onProgress?.(idx + 1);
  }
  findings.push(...(await unexpectedFiles(directory, manifest).catch(asFinding)));
  return { ...stored, findings };
}

/** Anything but a SessionError is a fault of the check itself. */
function asFinding(error: unknown): SessionError[] {
  if (error instanceof SessionError) return [error];
  throw error;
}

async function unexpectedFiles(directory: string, { chunks }: Manifest): Promise<SessionError[]> {
  const expected = new Set(chunks.map(({ idx }) => chunkFileName(idx)));
  const folder = join(directory, CHUNKS_FOLDER);
  const names = await readdir(folder).catch((error) => {
    // Without the folder each chunk is missing, which has been found already.
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw unreadable(folder, error);
  });
  return names
    .filter((name) => !expected.has(name))
    .sort()
    .map(
      (name) =>
        new SessionError({
          code: "CHUNK_UNEXPECTED",
          file: join(folder, name),
          chunkCount: chunks.length,
        }),
    );
}
