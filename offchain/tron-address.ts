import bs58check from "bs58check";
import { SettingsError } from "./config/errors.ts";

/** What an account's address begins with on TRON; contracts, the ABI and EIP-712 have the 20 bytes after it. */
const PREFIX = 0x41;
const ADDRESS_BYTES = 21;
/** 21 bytes that begin with 0x41 and their checksum always give T and 33 more characters. */
const BASE58_CHARACTERS = 34;

/**
 * Reads an address of TRON in base58check, its only spelling here.
 *
 * @returns the same text
 * @throws {SettingsError} TRON_ADDRESS_INVALID
 */
export function parseTronAddress(text: string): string {
  bytesOf(text);
  return text;
}

/**
 * An EVM address as TRON writes it.
 *
 * @param hex 20 bytes as 0x and 40 hex digits
 * @returns base58check, e.g. `TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t`
 * @throws {SettingsError} TRON_ADDRESS_INVALID
 */
export function tronAddressOf(hex: string): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(hex)) throw new SettingsError({ code: "TRON_ADDRESS_INVALID", value: hex });
  return bs58check.encode(Buffer.from(`41${hex.slice(2)}`, "hex"));
}

/**
 * The 20 bytes of an address, as contracts, the ABI and EIP-712 have it.
 *
 * @param base58 e.g. `TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t`
 * @returns 0x and 40 lower-case hex digits
 * @throws {SettingsError} TRON_ADDRESS_INVALID
 */
export function hexOf(base58: string): string {
  return `0x${Buffer.from(bytesOf(base58).subarray(1)).toString("hex")}`;
}

function bytesOf(text: string): Uint8Array {
  // The length first: decoding takes a time that grows with its square.
  const bytes = text.length === BASE58_CHARACTERS ? bs58check.decodeUnsafe(text) : undefined;
  if (bytes?.length !== ADDRESS_BYTES || bytes[0] !== PREFIX) {
    throw new SettingsError({ code: "TRON_ADDRESS_INVALID", value: text });
  }
  return bytes;
}
