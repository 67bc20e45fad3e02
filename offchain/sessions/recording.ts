import type { FileHandle } from "node:fs/promises";
import { SessionError } from "./errors.ts";
import { openRegularFile } from "./open-regular-file.ts";
import { hasCode } from "./session-directory.ts";

/** A recording open for reading. */
export interface Recording {
  readonly path: string;
  readonly file: FileHandle;
  readonly sizeBytes: number;
  /** Unix milliseconds; together with the size it shows whether the file was written to in the meantime. */
  readonly modifiedAtMs: number;
}

/**
 * Opens a recording. The caller closes `file`.
 *
 * @throws {SessionError} SESSION_RECORDING_UNREADABLE, SESSION_RECORDING_EMPTY
 */
export async function openRecording(path: string): Promise<Recording> {
  const opened = await openRegularFile(path).catch((cause) => {
    throw recordingUnreadable(path, cause);
  });
  if (opened === undefined) throw recordingUnreadable(path, new Error("there is no such file"));
  const { file, stats } = opened;
  if (stats.size > 0) return { path, file, sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs };
  await file.close();
  throw new SessionError({ code: "SESSION_RECORDING_EMPTY", path });
}

/**
 * @throws {SessionError} SESSION_RECORDING_CHANGED when somebody wrote to the recording since it was opened.
 */
export async function requireUnchanged({ path, file, sizeBytes, modifiedAtMs }: Recording): Promise<void> {
  const now = await file.stat();
  if (now.size !== sizeBytes || now.mtimeMs !== modifiedAtMs) {
    throw new SessionError({ code: "SESSION_RECORDING_CHANGED", path });
  }
}

/** @returns the error for a recording that the operating system does not let us read. */
export function recordingUnreadable(path: string, cause: unknown): SessionError {
  return new SessionError({ code: "SESSION_RECORDING_UNREADABLE", path, reason: reasonOf(cause) }, { cause });
}

function reasonOf(cause: unknown): string {
  if (hasCode(cause, "ENOENT")) return "there is no such file";
  if (cause instanceof SessionError && cause.details.code === "FILE_NOT_REGULAR") {
    return `it is ${cause.details.kind}`;
  }
  if (cause instanceof SessionError && cause.details.code === "FILE_UNREADABLE") return cause.details.reason;
  return cause instanceof Error ? cause.message : String(cause);
}
