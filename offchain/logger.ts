import { type Logger, pino } from "pino";
import { printableJson } from "./printable.ts";

export type { Logger } from "pino";

const STDERR = 2;

/**
 * One JSON line per event, on stderr: stdout belongs to a task's answer. Written at once, so that the last line
 * before a crash is there too. No call ever passes a key, a signature or a URL's path to it. Control characters
 * are escaped.
 *
 * @param level of LUCID_LOG_LEVEL
 */
export function createLogger(level: string): Logger {
  const stderr = pino.destination({ fd: STDERR, sync: true });
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => void stderr.write(printableJson(line)) },
  );
}
