import { StoreError, type StoreErrorDetails } from "../errors.ts";
import { isFileError } from "../file-error.ts";

/** SQLite's primary result codes (sqlite.org/rescode.html) that are handled specially. */
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;
/** An extended result code has its primary one in the low byte. */
const PRIMARY = 0xff;

interface SqliteError extends Error {
  readonly code: "ERR_SQLITE_ERROR";
  readonly errcode: number;
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && (error as { code?: unknown }).code === "ERR_SQLITE_ERROR";
}

export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && (error.errcode & PRIMARY) === SQLITE_BUSY;
}

/** The store's error for what SQLite or the file system threw; anything else is returned unchanged. */
export function toStoreError(error: unknown, location: string): unknown {
  if (error instanceof Error && (error as { code?: unknown }).code === "ERR_INVALID_STATE") {
    return new StoreError({ code: "STORE_CLOSED", location }, { cause: error });
  }
  if (isFileError(error)) return new StoreError(fileDetails(error, location), { cause: error });
  if (!isSqliteError(error)) return error;
  return new StoreError(detailsOf(error, location), { cause: error });
}

function fileDetails(error: NodeJS.ErrnoException, location: string): StoreErrorDetails {
  if (error.code === "ENOSPC") return { code: "STORE_FULL", location };
  return { code: "STORE_UNREACHABLE", location, reason: error.message };
}

function detailsOf(error: SqliteError, location: string): StoreErrorDetails {
  const reason = error.message;
  switch (error.errcode & PRIMARY) {
    case SQLITE_FULL:
      return { code: "STORE_FULL", location };
    case SQLITE_CORRUPT:
      return { code: "STORE_DAMAGED", location, reason };
    case SQLITE_NOTADB:
      return { code: "STORE_FOREIGN", location, reason };
    case SQLITE_READONLY:
      return { code: "STORE_READ_ONLY", location };
    case SQLITE_BUSY:
      return { code: "STORE_LOCKED", location, writer: undefined };
    case SQLITE_CANTOPEN:
      return { code: "STORE_UNREACHABLE", location, reason };
    default:
      return { code: "STORE_FAILED", location, reason };
  }
}
