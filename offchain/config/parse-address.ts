import { getAddress } from "ethers";
import { SettingsError } from "./errors.ts";

/** Where an address was given: a setting, or an argument on the command line. */
export type AddressSource =
  | { readonly code: "SETTING_INVALID"; readonly setting: string }
  | { readonly code: "ARGUMENT_INVALID"; readonly argument: string };

/**
 * Reads an EVM address that somebody typed.
 *
 * @returns with its EIP-55 checksum
 * @throws {SettingsError} SETTING_INVALID, ARGUMENT_INVALID
 */
export function parseAddress(source: AddressSource, value: string): string {
  try {
    return getAddress(value);
  } catch (cause) {
    const expected = "an EVM address (0x and 40 hex digits, its EIP-55 checksum right)";
    throw new SettingsError({ ...source, value, expected }, { cause });
  }
}
