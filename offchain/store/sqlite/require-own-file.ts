import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { StoreError } from "../errors.ts";
import { toStoreError } from "./sqlite-errors.ts";

/** In the header of every Lucid store ("LUCI"), so that no other program's database is taken for one. */
export const APPLICATION_ID = 0x4c_55_43_49;
/** The first bytes of every SQLite database. */
const MAGIC = "SQLite format 3\0";
/** Where the header holds the application id, big-endian (sqlite.org/fileformat.html). */
const APPLICATION_ID_OFFSET = 68;
const HEADER_BYTES = 100;

/**
 * Whether a file is a store, judged by its first bytes only: SQLite itself would take an empty file for a new database,
 * and leave its own files beside another program's.
 *
 * @throws {StoreError} STORE_FOREIGN, STORE_UNREACHABLE
 */
export function requireOwnFile(path: string): void {
  try {
    const reason = foreignness(path);
    if (reason !== undefined) throw new StoreError({ code: "STORE_FOREIGN", location: path, reason });
  } catch (error) {
    throw toStoreError(error, path);
  }
}

/**
 * Whether a path may be written: it is a store, or does not exist.
 *
 * @throws {StoreError} STORE_FOREIGN, STORE_DAMAGED, STORE_UNREACHABLE
 */
export function requireOwnPath(path: string): void {
  if (existsSync(path)) {
    requireOwnFile(path);
  } else if (existsSync(`${path}-wal`)) {
    const reason = "its write-ahead log exists without it";
    throw new StoreError({ code: "STORE_DAMAGED", location: path, reason });
  }
}

/** Why a file is not a store; undefined where it is one. */
function foreignness(path: string): string | undefined {
  const found = statSync(path);
  if (found.isDirectory()) return "it is a folder";
  // Opening a FIFO would block until somebody writes to it.
  if (!found.isFile()) return "it is not a regular file";
  if (found.size === 0) return "it is empty";
  const header = readHeader(path);
  if (!header.toString("latin1").startsWith(MAGIC)) return "it does not begin like an SQLite database";
  if (header.readUInt32BE(APPLICATION_ID_OFFSET) !== APPLICATION_ID) {
    return "it is another program's SQLite database";
  }
  return undefined;
}

/** Padded with zeros if the file is shorter. */
function readHeader(path: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, "r");
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header;
}
