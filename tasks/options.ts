import { z } from "zod";
import { SettingsError } from "../offchain/config/errors.ts";

/** Every task has it. */
export const json = {
  name: "json",
  description: "Print one JSON document for machines instead of text",
} as const;

/** How a session is named on the command line. */
export const SESSION = "Id of the session (or its beginning), its folder, or its manifest.json";

/**
 * Reads a whole number from the command line.
 *
 * @param option e.g. `--started-at`, for the error
 * @throws {SettingsError} ARGUMENT_INVALID
 */
export function parseWhole(option: string, value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(number)) return number;
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: option, value, expected: "a whole number" });
}

const date = z.iso.datetime({ offset: true });
const MILLISECONDS = 1_000;

/**
 * Reads a time from the command line: Unix seconds, or an ISO 8601 date and time with its zone, so that its meaning does
 * not depend on the machine.
 *
 * @param round how a fraction of a second is rounded
 * @returns Unix seconds
 * @throws {SettingsError} ARGUMENT_INVALID
 */
export function parseTime(option: string, value: string, round: (seconds: number) => number): number {
  if (date.safeParse(value).success) return round(Date.parse(value) / MILLISECONDS);
  const number = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(number)) return number;
  const expected =
    "Unix seconds, or an ISO 8601 date and time with its zone (2026-01-31T09:30:00Z, 2026-01-31T10:30:00+01:00)";
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: option, value, expected });
}
