import { asciicastLength, readAsciicastHeader } from "./asciicast.ts";
import { SessionError } from "./errors.ts";
import type { Recording } from "./recording.ts";

/** When a recording began and ended, Unix seconds. */
export interface RecordingTimes {
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * When a recording began and ended. Times that the operator gives come first; if both are given, the recording is not
 * parsed. An asciicast (v2 or v3) starts at the `timestamp` of its header, rounded down, and ends at its start (given or
 * from the header) plus the time of its last event (or `duration`, if it has no event), rounded up. For other formats
 * `startedAt` must be given, and the end is the file's modification time, or `startedAt` if that is later.
 *
 * @param given the operator's times, Unix seconds.
 * @throws {SessionError} SESSION_STARTED_AT_MISSING, SESSION_RECORDING_MALFORMED
 */
export async function recordingTimes(
  recording: Recording,
  given: { readonly startedAt?: number | undefined; readonly endedAt?: number | undefined } = {},
): Promise<RecordingTimes> {
  const { startedAt, endedAt } = given;
  if (startedAt !== undefined && endedAt !== undefined) return { startedAt, endedAt };
  const cast = await readAsciicastHeader(recording);
  const begin = startedAt ?? cast?.timestamp;
  if (begin === undefined) {
    throw new SessionError({ code: "SESSION_STARTED_AT_MISSING", path: recording.path });
  }
  const start = Math.floor(begin);
  if (endedAt !== undefined) return { startedAt: start, endedAt };
  if (cast === undefined) {
    return { startedAt: start, endedAt: Math.max(start, Math.floor(recording.modifiedAtMs / 1000)) };
  }
  return { startedAt: start, endedAt: Math.ceil(begin + (await asciicastLength(recording, cast))) };
}
