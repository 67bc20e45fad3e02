import bs58 from "bs58";
import { createSHA256 } from "hash-wasm";
import { SettingsError } from "./config/errors.ts";

/** What an account's address begins with on TRON; contracts, the ABI and EIP-712 have the 20 bytes after it. */
const PREFIX = 0x41;
const ADDRESS_BYTES = 21;
/** Base58check: the address, then the beginning of its double SHA-256. */
const CHECKED_BYTES = ADDRESS_BYTES + 4;
/** 21 bytes that begin with 0x41 and their checksum always give T and 33 more characters. */
const BASE58_CHARACTERS = 34;
/** Compiled once; every digest runs synchronously, so they cannot interleave. */
const sha256 = await createSHA256();

/** An address in both forms, decoded once. */
export interface TronAddress {
  /** e.g. `TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t` */
  readonly base58: string;
  /** The 20 bytes of contracts, as 0x and 40 lower-case hex digits. */
  readonly hex: string;
}

/** @throws {SettingsError} TRON_ADDRESS_INVALID */
export function decodeTronAddress(base58: string): TronAddress {
  return { base58, hex: hexOf(base58) };
}

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
  const address = Buffer.from(`41${hex.slice(2)}`, "hex");
  return bs58.encode(Buffer.concat([address, checksumOf(address)]));
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

/** The address, 21 bytes. */
function bytesOf(text: string): Uint8Array {
  // The length first: decoding takes a time that grows with its square.
  const bytes = text.length === BASE58_CHARACTERS ? bs58.decodeUnsafe(text) : undefined;
  const address = bytes?.subarray(0, ADDRESS_BYTES);
  const isAddress =
    address !== undefined &&
    bytes?.length === CHECKED_BYTES &&
    address[0] === PREFIX &&
    checksumOf(address).equals(bytes.subarray(ADDRESS_BYTES));
  if (!isAddress) throw new SettingsError({ code: "TRON_ADDRESS_INVALID", value: text });
  return address;
}

/** The first four bytes of the double SHA-256, in WebAssembly: a statement has up to a million addresses. */
function checksumOf(address: Uint8Array): Buffer {
  const once = sha256.init().update(address).digest("binary");
  const twice = sha256.init().update(once).digest("binary");
  return Buffer.from(twice.buffer, 0, CHECKED_BYTES - ADDRESS_BYTES);
}
