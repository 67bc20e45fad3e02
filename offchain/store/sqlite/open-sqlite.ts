import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../errors.ts";
import type { MigrationTarget } from "../migrations/migration.ts";
import { migrateUp, requireCurrent } from "../migrations/migrator.ts";
import { makeFolder } from "./make-folder.ts";
import { requireOwnFile, requireOwnPath } from "./require-own-file.ts";
import { SqliteEngine } from "./sqlite-engine.ts";
import { toStoreError } from "./sqlite-errors.ts";
import { createFile, openForReading, openForWriting, openMemory, resolveLinks } from "./sqlite-file.ts";
import { SqliteMigrations } from "./sqlite-migrations.ts";
import { WriterLock } from "./writer-lock.ts";

/** The scheme of another kind of database, which would otherwise be taken for a file's name. */
const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

export async function openInMemory(): Promise<SqliteEngine> {
  const database = openMemory();
  await initialise(database);
  return new SqliteEngine(database, { engine: "memory", location: "memory:", version: versionOf(database) });
}

/** Opens a file for writing, which only one process may do at a time, or for reading at the same time. */
export async function openSqlite(setting: string, readOnly: boolean): Promise<SqliteEngine> {
  const named = pathOf(setting);
  if (readOnly) return await engineOver(openForReading(named), named, { isReadOnly: true });
  makeFolder(named);
  const path = resolveLinks(named);
  // Before taking the lock, which creates a file: nothing must be left beside another program's file.
  requireOwnPath(path);
  const lock = WriterLock.take(path);
  try {
    await createFile(path, initialise);
    return await engineOver(openForWriting(path), path, { onClose: () => lock.release() });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** @throws {StoreError} STORE_SETTING_INVALID */
export function pathOf(setting: string): string {
  const [, scheme] = SCHEME.exec(setting) ?? [];
  if (setting.trim() !== "" && scheme === undefined) return resolve(setting);
  const shown = scheme === undefined ? setting : `${scheme}://…`;
  const reason = scheme === undefined ? "it is empty" : `${scheme} is not a kind of store that Lucid knows`;
  throw new StoreError({ code: "STORE_SETTING_INVALID", setting: shown, reason });
}

/** Opens a file to migrate it, whatever its version. */
export async function withFileMigrations<Result>(
  setting: string,
  work: (target: MigrationTarget, location: string) => Promise<Result>,
): Promise<Result> {
  const path = resolveLinks(pathOf(setting));
  requireOwnFile(path);
  const lock = WriterLock.take(path);
  try {
    const database = openForWriting(path);
    try {
      return await work(new SqliteMigrations(database), path);
    } catch (error) {
      throw toStoreError(error, path);
    } finally {
      database.close();
    }
  } finally {
    lock.release();
  }
}

async function engineOver(
  database: DatabaseSync,
  path: string,
  options: { isReadOnly?: boolean; onClose?: () => void },
): Promise<SqliteEngine> {
  try {
    await requireCurrent(new SqliteMigrations(database), path);
  } catch (error) {
    database.close();
    throw error;
  }
  return new SqliteEngine(
    database,
    { engine: "file", location: path, version: versionOf(database) },
    options,
  );
}

async function initialise(database: DatabaseSync): Promise<void> {
  await migrateUp(new SqliteMigrations(database));
}

function versionOf(database: DatabaseSync): string {
  return `SQLite ${database.prepare("SELECT sqlite_version() AS version").get()?.version}`;
}
