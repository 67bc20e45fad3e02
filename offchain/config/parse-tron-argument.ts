import { parseTronAddress } from "../tron-address.ts";
import { SettingsError } from "./errors.ts";

/**
 * Reads a TRON address that somebody typed.
 *
 * @param argument as it is typed, e.g. `--tron`
 * @throws {SettingsError} ARGUMENT_INVALID
 */
export function parseTronArgument(argument: string, value: string): string {
  try {
    return parseTronAddress(value);
  } catch (cause) {
    if (!(cause instanceof SettingsError)) throw cause;
    const expected = "a TRON address (T and 33 more characters in base58, its checksum right)";
    throw new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected }, { cause });
  }
}
