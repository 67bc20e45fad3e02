import { getAddress } from "ethers";
import { SettingsError } from "../offchain/config/errors.ts";

/** Every task has it. */
export const json = {
  name: "json",
  description: "Print one JSON document for machines instead of text",
} as const;

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

/**
 * Reads an address from the command line.
 *
 * @param argument e.g. `--contract`, for the error
 * @returns with its EIP-55 checksum
 * @throws {SettingsError} ARGUMENT_INVALID
 */
export function parseAddress(argument: string, value: string): string {
  try {
    return getAddress(value);
  } catch (cause) {
    const expected = "an EVM address (0x and 40 hex digits, its EIP-55 checksum right)";
    throw new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected }, { cause });
  }
}
