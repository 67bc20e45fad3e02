import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { SessionError } from "./errors.ts";
import { hasCode } from "./session-directory.ts";

/** A regular file open for reading, with its stats. */
export interface RegularFile {
  readonly file: FileHandle;
  readonly stats: Stats;
}

/** Opening a FIFO would otherwise wait for a writer, perhaps forever. Windows has no such flag, and no FIFOs. */
export const WITHOUT_BLOCKING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file for reading if it is a regular one, or a link to one; never blocks. The content
 * of a folder may come from somebody else. The caller closes `file`.
 *
 * @returns undefined where nothing has that path.
 * @throws {SessionError} FILE_NOT_REGULAR, FILE_UNREADABLE
 */
export async function openRegularFile(path: string): Promise<RegularFile | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, WITHOUT_BLOCKING);
  } catch (cause) {
    return absentOr(path, cause);
  }
  try {
    const stats = await file.stat();
    requireRegular(path, stats);
    return { file, stats };
  } catch (error) {
    await file.close();
    throw error instanceof SessionError ? error : unreadable(path, error);
  }
}

/**
 * Why a file could not be opened.
 *
 * @returns undefined where nothing has that path
 * @throws {SessionError} FILE_NOT_REGULAR, FILE_UNREADABLE
 */
export function absentOr(path: string, cause: unknown): undefined {
  if (hasCode(cause, "ENOENT", "ENOTDIR")) return undefined;
  // Nobody can open a socket, nor a device without a driver.
  if (hasCode(cause, "ENXIO")) throw notRegular(path, "a socket or a device", cause);
  if (hasCode(cause, "EISDIR")) throw notRegular(path, "a folder", cause);
  throw unreadable(path, cause);
}

/** @throws {SessionError} FILE_NOT_REGULAR */
export function requireRegular(path: string, stats: Stats): void {
  if (!stats.isFile()) throw notRegular(path, kindOf(stats));
}

/** @returns the error for a file that the operating system does not let us read. */
export function unreadable(path: string, cause: unknown): SessionError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SessionError({ code: "FILE_UNREADABLE", path, reason }, { cause });
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  return stats.isFIFO() ? "a FIFO" : "a device";
}

function notRegular(path: string, kind: string, cause?: unknown): SessionError {
  return new SessionError({ code: "FILE_NOT_REGULAR", path, kind }, { cause });
}
