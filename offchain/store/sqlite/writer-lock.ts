import { readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { DatabaseSync } from "node:sqlite";
import writeFileAtomic from "write-file-atomic";
import { StoreError, type Writer } from "../errors.ts";
import { isBusy, toStoreError } from "./sqlite-errors.ts";

/**
 * The right to write a file, held by one process.
 *
 * Held as an open transaction on a small database beside the file: that is a lock of the operating system, which
 * is released however the process ends, so it is never stale and no process id can be mistaken for another's. The note
 * beside it only says who holds it.
 */
export class WriterLock {
  private readonly database: DatabaseSync;
  private readonly notePath: string;

  private constructor(database: DatabaseSync, notePath: string) {
    this.database = database;
    this.notePath = notePath;
  }

  /**
   * @param path with links resolved, so that all names of a file share one lock
   * @throws {StoreError} STORE_LOCKED, with the process that holds it
   */
  static take(path: string): WriterLock {
    const notePath = `${path}.writer.json`;
    const database = open(`${path}.writer`, path);
    try {
      database.exec("BEGIN IMMEDIATE");
    } catch (error) {
      database.close();
      if (!isBusy(error)) throw toStoreError(error, path);
      throw new StoreError(
        { code: "STORE_LOCKED", location: path, writer: readNote(notePath) },
        { cause: error },
      );
    }
    const lock = new WriterLock(database, notePath);
    const writer: Writer = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
    try {
      writeFileAtomic.sync(notePath, `${JSON.stringify(writer)}\n`, { fsync: false });
    } catch (error) {
      lock.release();
      throw toStoreError(error, path);
    }
    return lock;
  }

  release(): void {
    rmSync(this.notePath, { force: true });
    this.database.close();
  }
}

function open(lockPath: string, path: string): DatabaseSync {
  try {
    return new DatabaseSync(lockPath, { timeout: 0 });
  } catch (error) {
    throw toStoreError(error, path);
  }
}

/** Undefined in the moment between the lock and its note. */
function readNote(notePath: string): Writer | undefined {
  try {
    return JSON.parse(readFileSync(notePath, "utf8")) as Writer;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
