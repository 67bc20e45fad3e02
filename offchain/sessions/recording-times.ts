import { asciicastLength, readAsciicastHeader } from "./asciicast.ts";
import { SessionError } from "./errors.ts";
import type { Recording } from "./recording.ts";

/** When a recording began and ended, Unix seconds. */
export interface RecordingTimes {
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * When a recording began and ended. What the operator says comes first; where he says both, the recording is not
 * looked at. An asciicast (v2 or v3) begins at the `timestamp` of its header, rounded down, and ends as long after its
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
