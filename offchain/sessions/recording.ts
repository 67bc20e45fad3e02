import { type FileHandle, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SessionError } from "./errors.ts";
import { MAX_TIME_SECONDS } from "./limits.ts";
import { openRegularFile } from "./open-regular-file.ts";
import { hasCode } from "./session-directory.ts";

/** When a recording began and ended, Unix seconds. */
export interface RecordingTimes {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A recording open for reading. */
export interface Recording {
  readonly path: string;
  readonly file: FileHandle;
  readonly sizeBytes: number;
  /** Unix milliseconds; with the size it tells whether somebody wrote meanwhile. */
  readonly modifiedAtMs: number;
}

/** The header and the last event of an asciicast are looked for in this many bytes at most. */
const LONGEST_LINE_BYTES = 1024 * 1024;

const OPENING_BRACE = "{".charCodeAt(0);

const seconds = z.number().min(0).max(MAX_TIME_SECONDS);
const header = z.object({
  version: z.literal(2),
  timestamp: seconds.optional(),
  duration: seconds.optional(),
});
const event = z.tuple([seconds, z.string()], z.unknown());

/** The ending of asciicast files: what tells a recording in a folder from the notes beside it. */
const RECORDING_ENDING = ".cast";

/**
 * The recordings that a path names: a file itself, whatever it is, or every asciicast (`*.cast`) in a folder
 * and its folders, sorted by path. Hidden ones are skipped and links are not followed, so nothing from outside the
 * folder is sealed.
 *
 * @throws {SessionError} SESSION_RECORDING_UNREADABLE, also for a folder without a recording
 */
export async function findRecordings(path: string): Promise<string[]> {
  const { isFolder } = await stat(path).then(
    (found) => ({ isFolder: found.isDirectory() }),
    (cause) => {
      throw unreadable(path, cause);
    },
  );
  if (!isFolder) return [path];
  const recordings = (await recordingsIn(path)).sort();
  if (recordings.length === 0) throw unreadable(path, new Error(`the folder holds no *${RECORDING_ENDING}`));
  return recordings;
}

async function recordingsIn(folder: string): Promise<string[]> {
  const listed = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw unreadable(folder, cause);
  });
  const entries = listed.filter(({ name }) => !name.startsWith("."));
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(RECORDING_ENDING))
    .map(({ name }) => join(folder, name));
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    files.push(...(await recordingsIn(join(folder, name))));
  }
  return files;
}

/**
 * Opens a recording. The caller closes `file`.
 *
 * @throws {SessionError} SESSION_RECORDING_UNREADABLE, SESSION_RECORDING_EMPTY
 */
export async function openRecording(path: string): Promise<Recording> {
  const opened = await openRegularFile(path).catch((cause) => {
    throw unreadable(path, cause);
  });
  if (opened === undefined) throw unreadable(path, new Error("there is no such file"));
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

/**
 * When a recording began and ended. What the operator says comes first; where he says both, the recording is not
 * looked at. An asciicast v2 begins at the `timestamp` of its header, rounded down, and ends as long after its
 * beginning (said or given) as its last event comes (or `duration`, where it has no event), rounded up. For anything
 * else `startedAt` must be given, and its end is the file's last change, or `startedAt` where that is later.
 *
 * @param given what the operator says, Unix seconds.
 * @throws {SessionError} SESSION_STARTED_AT_MISSING, SESSION_RECORDING_MALFORMED
 */
export async function recordingTimes(
  recording: Recording,
  given: { readonly startedAt?: number | undefined; readonly endedAt?: number | undefined } = {},
): Promise<RecordingTimes> {
  const { startedAt, endedAt } = given;
  if (startedAt !== undefined && endedAt !== undefined) return { startedAt, endedAt };
  const cast = await readHeader(recording);
  const begin = startedAt ?? cast?.timestamp;
  if (begin === undefined) {
    throw new SessionError({ code: "SESSION_STARTED_AT_MISSING", path: recording.path });
  }
  const start = Math.floor(begin);
  if (endedAt !== undefined) return { startedAt: start, endedAt };
  if (cast !== undefined) {
    const length = (await lastEventTime(recording)) ?? cast.duration ?? 0;
    return { startedAt: start, endedAt: Math.ceil(begin + length) };
  }
  return { startedAt: start, endedAt: Math.max(start, Math.floor(recording.modifiedAtMs / 1000)) };
}

/** The header of an asciicast v2; undefined for any other format. */
async function readHeader(recording: Recording): Promise<z.infer<typeof header> | undefined> {
  const beginning = await readAt(recording, 0);
  // Most recordings are no text at all: nothing but an object is worth decoding.
  if (beginning[0] !== OPENING_BRACE) return;
  const [line] = beginning.toString().split("\n", 1);
  const value = parseJson(line ?? "");
  if (typeof value !== "object" || value === null || !("version" in value) || value.version !== 2) return;
  const parsed = header.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed(recording, "first", parsed.error);
}

/** Seconds from the beginning to the last event; undefined where the header is all there is. */
async function lastEventTime(recording: Recording): Promise<number | undefined> {
  const tail = await readAt(recording, Math.max(0, recording.sizeBytes - LONGEST_LINE_BYTES));
  const lines = tail.toString().trimEnd().split("\n");
  if (lines.length === 1 && recording.sizeBytes <= LONGEST_LINE_BYTES) return;
  const parsed = event.safeParse(parseJson(lines.at(-1) ?? ""));
  if (parsed.success) return parsed.data[0];
  throw malformed(recording, "last", parsed.error);
}

async function readAt({ file }: Recording, position: number): Promise<Buffer> {
  const buffer = Buffer.alloc(LONGEST_LINE_BYTES);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function malformed({ path }: Recording, line: "first" | "last", error: z.ZodError): SessionError {
  const [issue] = error.issues;
  const reason = `${issue?.path.join(".") || "it"}: ${issue?.message ?? "unknown"}`;
  return new SessionError({ code: "SESSION_RECORDING_MALFORMED", path, line, reason });
}

function unreadable(path: string, cause: unknown): SessionError {
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
