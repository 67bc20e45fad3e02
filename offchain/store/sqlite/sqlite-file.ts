import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../errors.ts";
import { makeFolder } from "./make-folder.ts";
import { APPLICATION_ID, requireOwnFile, requireOwnPath } from "./require-own-file.ts";
import { isSqliteError, toStoreError } from "./sqlite-errors.ts";

/** How long a statement waits for a lock, e.g. while a reader recovers the log of a killed writer. */
const BUSY_TIMEOUT_MS = 5_000;
/** Page cache in KiB (negative by SQLite's convention): ids are hashes, so inserts touch pages all over the index. */
const CACHE_KIB = -65_536;
/** Above this, checking all pages at every start would take noticeably long; only a file that was not closed is checked. */
const ALWAYS_CHECKED_BYTES = 128 * 2 ** 20;

/** A database in memory, with the same tables as a file's. */
export function openMemory(): DatabaseSync {
  return new DatabaseSync(":memory:");
}

/**
 * The path of a file with all symbolic links resolved, so that two names of a file share one lock. A link to a file
 * that does not exist yet is followed too.
 *
 * @throws {StoreError} STORE_UNREACHABLE
 */
export function resolveLinks(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw toStoreError(error, path);
  }
  const inFolder = join(realFolder(path), basename(path));
  const isLink = lstatSync(inFolder, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink) return inFolder;
  const target = resolve(dirname(inFolder), readlinkSync(inFolder));
  makeFolder(target);
  return resolveLinks(target);
}

function realFolder(path: string): string {
  try {
    return realpathSync.native(dirname(path));
  } catch (error) {
    throw toStoreError(error, path);
  }
}

/** Creates the file if it does not exist, atomically: it is written under another name and renamed. */
export async function createFile(path: string, initialise: (database: DatabaseSync) => Promise<void>) {
  requireOwnPath(path);
  if (existsSync(path)) return;
  const unfinished = `${path}.new`;
  for (const leftover of [unfinished, `${unfinished}-journal`]) rmSync(leftover, { force: true });
  try {
    const database = new DatabaseSync(unfinished);
    try {
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      await initialise(database);
    } finally {
      database.close();
    }
    renameSync(unfinished, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw toStoreError(error, path);
  }
}

/** Opens the file for writing: acknowledged writes survive a kill and a power cut. */
export function openForWriting(path: string): DatabaseSync {
  const wasClosed = !existsSync(`${path}-wal`);
  return opened(path, false, (database) => {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    // On macOS fsync alone leaves the data in the drive's cache; elsewhere these have no effect.
    database.exec("PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1");
    database.exec(`PRAGMA cache_size = ${CACHE_KIB}`);
    if (!wasClosed || statSync(path).size <= ALWAYS_CHECKED_BYTES) checkPages(database, path);
  });
}

/** Opens the file read-only, even while it is written; every read sees the last commit before it. */
export function openForReading(path: string): DatabaseSync {
  if (!existsSync(path)) {
    const reason = "there is no such file";
    throw new StoreError({ code: "STORE_UNREACHABLE", location: path, reason });
  }
  return opened(path, true, () => undefined);
}

function opened(path: string, readOnly: boolean, prepare: (database: DatabaseSync) => void): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    requireOwnFile(path);
    database = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS });
    prepare(database);
    return database;
  } catch (error) {
    database?.close();
    throw toStoreError(error, path);
  }
}

/** @throws {StoreError} STORE_DAMAGED, with the first finding */
export function checkPages(database: DatabaseSync, path: string): void {
  const reason = firstFinding(database);
  if (reason !== "ok") throw new StoreError({ code: "STORE_DAMAGED", location: path, reason });
}

function firstFinding(database: DatabaseSync): string {
  try {
    return String(database.prepare("PRAGMA quick_check(1)").get()?.quick_check);
  } catch (error) {
    if (isSqliteError(error)) return error.message;
    throw error;
  }
}

/** Makes the rename itself durable; Windows has no such call, and does not need one. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
