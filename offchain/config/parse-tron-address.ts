import { decodeBase58, getBytes, sha256, toBeHex } from "ethers";
import { SettingsError } from "./errors.ts";

/** 0x41 and the 20 bytes of the account, then the beginning of their double SHA-256. */
const ADDRESS_BYTES = 25;
const CHECKED_BYTES = 21;
const PREFIX = 0x41;

/**
 * Reads a TRON address that somebody typed.
 *
 * @param argument as it is typed, e.g. `--tron`
 * @throws {SettingsError} ARGUMENT_INVALID
 */
export function parseTronAddress(argument: string, value: string): string {
  if (isTronAddress(value)) return value;
  const expected = "a TRON address (T and 33 more characters in base58, its checksum right)";
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected });
}

function isTronAddress(value: string): boolean {
  if (!/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(value)) return false;
  const number = decodeBase58(value);
  if (number >= 2n ** BigInt(8 * ADDRESS_BYTES)) return false;
  const bytes = getBytes(toBeHex(number, ADDRESS_BYTES));
  const checksum = getBytes(sha256(sha256(bytes.subarray(0, CHECKED_BYTES))));
  return bytes[0] === PREFIX && bytes.subarray(CHECKED_BYTES).every((byte, at) => byte === checksum[at]);
}
