import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SessionError } from "./errors.ts";
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

/** The end of the year 9999 in Unix seconds: a time beyond it is a mistake of units, and no manifest could hold it. */
const LATEST_SECONDS = 253_402_300_799;

const seconds = z.number().min(0).max(LATEST_SECONDS);
const header = z.object({
  version: z.literal(2),
  timestamp: seconds.optional(),
  duration: seconds.optional(),
});
const event = z.tuple([seconds, z.string()], z.unknown());

/** The ending of asciicast files: what tells a recording in a folder from the notes beside it. */
const RECORDING_ENDING = ".cast";

/**
 * The recordings that a path stands for: a file itself, whatever it is, or every asciicast (`*.cast`) in a folder
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
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith("."),
  );
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
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const found = await file.stat();
  if (found.isFile() && found.size > 0) {
    return { path, file, sizeBytes: found.size, modifiedAtMs: found.mtimeMs };
  }
  await file.close();
  throw found.isFile()
    ? new SessionError({ code: "SESSION_RECORDING_EMPTY", path })
    : unreadable(path, new Error("it is not a regular file"));
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
 * When a recording began and ended. An asciicast v2 says so itself: `timestamp` of its header, and the time of
 * its last event (or `duration`, where it has no event), rounded up to whole seconds. For anything else
 * `startedAt` must be given, and the file's last change is its end.
 *
 * @param given what the operator says, which goes before what the recording says.
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
  const reason = hasCode(cause, "ENOENT")
    ? "there is no such file"
    : cause instanceof Error
      ? cause.message
      : String(cause);
  return new SessionError({ code: "SESSION_RECORDING_UNREADABLE", path, reason }, { cause });
}
