import { parseTronAddress } from "../tron-address.ts";
import { SettingsError } from "./errors.ts";

/** What is expected, for an error. */
export const TRON_ADDRESS_FORM = "a TRON address (T and 33 more characters in base58, its checksum right)";

/**
 * Reads a TRON address that somebody typed.
 *
 * @param argument as it is typed, e.g. `--tron`
 * @throws {SettingsError} ARGUMENT_INVALID
 */
export function parseTronArgument(argument: string, value: string): string {
  if (isTronAddress(value)) return value;
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected: TRON_ADDRESS_FORM });
}

export function isTronAddress(value: string): boolean {
  try {
    parseTronAddress(value);
    return true;
  } catch (error) {
    if (error instanceof SettingsError && error.code === "TRON_ADDRESS_INVALID") return false;
    throw error;
  }
}
