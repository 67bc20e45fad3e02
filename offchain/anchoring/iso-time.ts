/** @param seconds Unix seconds, at most MAX_TIME_SECONDS. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
