import { z } from "zod";
import { SessionError } from "./errors.ts";
import { MAX_TIME_SECONDS } from "./limits.ts";
import type { Recording } from "./recording.ts";

/** The header of an asciicast; only version 2 has `duration`. */
export interface AsciicastHeader {
  readonly version: 2 | 3;
  /** Unix seconds. */
  readonly timestamp?: number | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
}

/** The longest line that is accepted. */
const LONGEST_LINE_BYTES = 1024 * 1024;
const READ_BYTES = 1024 * 1024;

const OPENING_BRACE = "{".charCodeAt(0);
const NEWLINE = "\n".charCodeAt(0);
const COMMENT = "#";

const MICROSECONDS = 1e6;

const seconds = z.number().min(0).max(MAX_TIME_SECONDS);
const header = z.discriminatedUnion("version", [
  z.object({ version: z.literal(2), timestamp: seconds.optional(), duration: seconds.optional() }),
  z.object({ version: z.literal(3), timestamp: seconds.optional() }),
]);
/** In version 2 the time since the start, in version 3 that since the previous event. */
const event = z.tuple([seconds, z.string()], z.unknown());

/**
 * The header of an asciicast v2 or v3; undefined for any other format.
 *
 * @throws {SessionError} SESSION_RECORDING_MALFORMED
 */
export async function readAsciicastHeader(recording: Recording): Promise<AsciicastHeader | undefined> {
  const beginning = await readAt(recording, 0, LONGEST_LINE_BYTES);
  // Most recordings are not text: only what looks like an object is decoded.
  if (beginning[0] !== OPENING_BRACE) return;
  const [line] = beginning.toString().split("\n", 1);
  const value = parseJson(line ?? "");
  if (typeof value !== "object" || value === null || !("version" in value)) return;
  const { version } = value;
  if (version !== 2 && version !== 3) return;
  const parsed = header.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed(recording, version, "first", parsed.error);
}

/**
 * How long an asciicast is, in seconds: up to its last event, or its header's `duration` where it has no event, or 0.
 *
 * Version 3 has the time since the previous event, so the whole file is read, a piece at a time; the intervals are
 * added up in whole microseconds, the precision in which they are written.
 *
 * @throws {SessionError} SESSION_RECORDING_MALFORMED
 */
export async function asciicastLength(
  recording: Recording,
  { version, duration }: AsciicastHeader,
): Promise<number> {
  if (version === 2) return (await lastEventTime(recording)) ?? duration ?? 0;
  return (await sumOfIntervals(recording)) / MICROSECONDS;
}

/** Seconds from the beginning to the last event of version 2; undefined if there is only the header. */
async function lastEventTime(recording: Recording): Promise<number | undefined> {
  const at = Math.max(0, recording.sizeBytes - LONGEST_LINE_BYTES);
  const tail = await readAt(recording, at, LONGEST_LINE_BYTES);
  const lines = tail.toString().trimEnd().split("\n");
  if (lines.length === 1 && recording.sizeBytes <= LONGEST_LINE_BYTES) return;
  const parsed = event.safeParse(parseJson(lines.at(-1) ?? ""));
  if (parsed.success) return parsed.data[0];
  throw malformed(recording, 2, "last", parsed.error);
}

/** Microseconds. */
async function sumOfIntervals(recording: Recording): Promise<number> {
  let sum = 0;
  let number = 0;
  for await (const line of linesOf(recording)) {
    number += 1;
    if (number === 1 || line.length === 0 || line.startsWith(COMMENT)) continue;
    const parsed = event.safeParse(parseJson(line));
    if (!parsed.success) throw malformed(recording, 3, number, parsed.error);
    sum += Math.round(parsed.data[0] * MICROSECONDS);
  }
  return sum;
}

/** The lines of a recording, with memory for one piece and one line. */
async function* linesOf(recording: Recording): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for (let at = 0; at < recording.sizeBytes; at += READ_BYTES) {
    const piece = Buffer.concat([rest, await readAt(recording, at, READ_BYTES)]);
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, from)) {
      yield piece.toString("utf8", from, end).trimEnd();
      from = end + 1;
    }
    rest = piece.subarray(from);
    // A line that exceeds the limit is cut there; its beginning is then found to be malformed.
    if (rest.length <= LONGEST_LINE_BYTES) continue;
    yield rest.toString();
    return;
  }
  if (rest.length > 0) yield rest.toString().trimEnd();
}

async function readAt({ file }: Recording, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function malformed(
  { path }: Recording,
  version: 2 | 3,
  line: "first" | "last" | number,
  error: z.ZodError,
): SessionError {
  const [issue] = error.issues;
  const reason = `${issue?.path.join(".") || "it"}: ${issue?.message ?? "unknown"}`;
  return new SessionError({ code: "SESSION_RECORDING_MALFORMED", path, version, line, reason });
}
