import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { allEnded } from "./all-ended.ts";
import { chunkFileName } from "./chunk-file-name.ts";
import { SessionError } from "./errors.ts";
import { inBatches } from "./in-batches.ts";

/** Names of a session's files; docs/session-format.md has their contents. */
export const MANIFEST_FILE = "manifest.json";
export const SIGNATURE_FILE = "owner-signature.json";
export const KEY_FILE = "session-key.age";
export const CHUNKS_FOLDER = "chunks";

/** Only the operator may read secrets. */
export const SECRET_MODE = 0o600;

const SEALING_PREFIX = ".sealing-";
const SEALING_NAME = /^\.sealing-(\d+)-/;

/** Folders that this process is sealing into now: after a restart another process may have the same id. */
const sealingNow = new Set<string>();

/** The folder of all sessions: `<dataDir>/sessions`. */
export function sessionsFolder(dataDir: string): string {
  return resolve(dataDir, "sessions");
}

/** The folder of a session: `<dataDir>/sessions/<uuid>`. */
export function sessionDirectory(dataDir: string, sessionId: string): string {
  return join(sessionsFolder(dataDir), sessionId);
}

/** The path of a chunk's file. */
export function chunkPath(directory: string, idx: number): string {
  return join(directory, CHUNKS_FOLDER, chunkFileName(idx));
}

/** A session that is being sealed, in a folder that is not taken for a session: its name begins with `.sealing-`. */
export interface SealingDirectory {
  readonly path: string;
  /**
   * Makes it a session: everything is on disk before the folder is renamed, atomically.
   *
   * @throws {SessionError} SESSION_EXISTS
   */
  commit(): Promise<string>;
  /** Removes it with everything in it. */
  discard(): Promise<void>;
}

/**
 * Opens a folder to seal into, and removes what killed seals left behind.
 *
 * @throws {SessionError} SESSION_EXISTS
 */
export async function openSealingDirectory(dataDir: string, sessionId: string): Promise<SealingDirectory> {
  const folder = sessionsFolder(dataDir);
  const target = sessionDirectory(dataDir, sessionId);
  await mkdir(folder, { recursive: true });
  // Of several parallel seals only the first one cleans up: reading a folder of many sessions takes long.
  if (![...sealingNow].some((path) => dirname(path) === folder)) await removeStale(folder);
  if (existsSync(target)) throw exists(sessionId, target);
  const path = join(folder, `${SEALING_PREFIX}${process.pid}-${sessionId}`);
  if (sealingNow.has(path)) throw exists(sessionId, path);
  sealingNow.add(path);
  await mkdir(join(path, CHUNKS_FOLDER), { recursive: true });

  const discard = async () => {
    await rm(path, { recursive: true, force: true });
    sealingNow.delete(path);
  };
  const commit = async () => {
    await allEnded([syncFolder(join(path, CHUNKS_FOLDER)), syncFolder(path)]);
    try {
      await rename(path, target);
    } catch (cause) {
      if (!hasCode(cause, "ENOTEMPTY", "EEXIST")) throw cause;
      throw exists(sessionId, target, cause);
    }
    sealingNow.delete(path);
    await syncSessionsFolder(folder);
    return target;
  };
  return { path, commit, discard };
}

/** Writes a new file and returns when its bytes are on disk. */
export async function writeDurably(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    // One call for all of it if the system accepts that: writeFile would cut it into pieces of 512 KiB.
    for (let written = 0; written < bytes.length; ) {
      written += (await file.write(bytes, written)).bytesWritten;
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Makes a rename or a new file in a folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and needs no such call.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const folderSyncs = new Map<string, (session: string) => Promise<void>>();

/** The same for the folder of all sessions: seals that end while it is synced share the next sync. */
async function syncSessionsFolder(folder: string): Promise<void> {
  const sync = folderSyncs.get(folder) ?? inBatches<string>(() => syncFolder(folder));
  folderSyncs.set(folder, sync);
  await sync(folder);
}

/** Whether an error of the file system has one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** The folder of a session, given the folder or the manifest in it. */
export function directoryOf(path: string): string {
  const absolute = resolve(path);
  return basename(absolute) === MANIFEST_FILE ? dirname(absolute) : absolute;
}

async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const sealer = SEALING_NAME.exec(name)?.[1];
    if (sealer === undefined) continue;
    const path = join(folder, name);
    if (!sealingNow.has(path) && !isRunning(Number(sealer))) await rm(path, { recursive: true, force: true });
  }
}

/** Whether another process with this id runs; our own folders are known by name. */
export function isRunning(processId: number): boolean {
  if (processId === process.pid) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return !hasCode(error, "ESRCH");
  }
}

function exists(sessionId: string, directory: string, cause?: unknown): SessionError {
  return new SessionError({ code: "SESSION_EXISTS", sessionId, directory }, { cause });
}
