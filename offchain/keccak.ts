import { createKeccak } from "hash-wasm";

/** Compiled once, when this module is loaded; every hash runs synchronously, so they cannot interleave. */
const hasher = await createKeccak(256);

/**
 * Ethereum's keccak256, in WebAssembly: a message's digest takes several, and in JavaScript each costs ten times as
 * much.
 *
 * @returns a new buffer of 32 bytes.
 */
export function keccak256Bytes(...parts: readonly Uint8Array[]): Uint8Array {
  hasher.init();
  for (const part of parts) hasher.update(part);
  return hasher.digest("binary");
}

/** Likewise, as 0x and 64 lower-case hex digits. */
export function keccak256Hex(...parts: readonly Uint8Array[]): string {
  hasher.init();
  for (const part of parts) hasher.update(part);
  return `0x${hasher.digest("hex")}`;
}
