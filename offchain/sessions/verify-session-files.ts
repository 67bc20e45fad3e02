import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readCheckedChunk } from "./check-chunk.ts";
import { chunkFileBuffer, chunkFileBytes } from "./chunk-file-buffer.ts";
import { chunkFileName } from "./chunk-file-name.ts";
import { chunkParallelism } from "./chunk-parallelism.ts";
import { SessionError } from "./errors.ts";
import { LaneBuffers } from "./lane-buffers.ts";
import type { Manifest } from "./manifest.ts";
import { unreadable } from "./open-regular-file.ts";
import { readSession, type StoredSession } from "./read-session.ts";
import { type Lane, runLanes } from "./run-lanes.ts";
import { CHUNKS_FOLDER, hasCode } from "./session-directory.ts";
import { SessionWorkers } from "./session-workers.ts";

/** A session's manifest and every disagreement of its chunk files with it. */
export interface VerifiedFiles extends StoredSession {
  /** CHUNK_* and FILE_* errors by idx, then unexpected files; empty when all files are right. */
  readonly findings: readonly SessionError[];
}

export interface VerifyFilesOptions {
  /** Threads that compute digests. @default as many as the session's size and the machine suggest */
  readonly threads?: number | undefined;
  /** Called after each chunk with the progress in bytes of chunk files. */
  readonly onProgress?: ((progress: FilesProgress) => void) | undefined;
}

/** The progress of a check. */
export interface FilesProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

/**
 * Checks every chunk file of a session against its manifest and collects all findings. Needs no key.
 *
 * @param path of the session's folder or of its manifest.json.
 * @throws {SessionError} SESSION_WORKER_FAILED; SESSION_NOT_FOUND, MANIFEST_* and FILE_*: without a valid manifest there is nothing to check
 * against.
 */
export async function verifySessionFiles(
  path: string,
  { threads, onProgress }: VerifyFilesOptions = {},
): Promise<VerifiedFiles> {
  const stored = await readSession(path);
  const { directory, manifest } = stored;
  const { largest, total: totalBytes } = chunkFileBytes(manifest);
  const parallelism = chunkParallelism({ totalBytes, chunkBytes: largest }, threads);
  const workers = new SessionWorkers(parallelism);
  const buffers = new LaneBuffers(workers);
  const found: SessionError[][] = [];
  let bytes = 0;
  const openLane = (): Lane => {
    const allocate = chunkFileBuffer(buffers, largest);
    const digest = (file: Buffer) => workers.run("digest", { file });
    return async (idx) => {
      const checked = readCheckedChunk(directory, manifest, idx, { digest, allocate });
      found[idx] = await checked.then(() => [], asFinding);
      bytes += manifest.chunks[idx]?.sizeBytes ?? 0;
      onProgress?.({ bytes, totalBytes });
    };
  };
  const count = manifest.chunks.length;
  let isReusable = false;
  try {
    await runLanes({ count, lanes: parallelism.lanes, openLane });
    isReusable = true;
  } finally {
    await workers.close();
    buffers.end({ isReusable });
  }
  const unexpected = await unexpectedFiles(directory, manifest).catch(asFinding);
  return { ...stored, findings: [...found.flat(), ...unexpected] };
}

/** A failed thread says nothing about the session, and anything but a SessionError is a bug of the check. */
function asFinding(error: unknown): SessionError[] {
  if (error instanceof SessionError && error.code !== "SESSION_WORKER_FAILED") return [error];
  throw error;
}

async function unexpectedFiles(directory: string, { chunks }: Manifest): Promise<SessionError[]> {
  const expected = new Set(chunks.map(({ idx }) => chunkFileName(idx)));
  const folder = join(directory, CHUNKS_FOLDER);
  const names = await readdir(folder).catch((error) => {
    // Without the folder every chunk is missing, which has already been reported.
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
