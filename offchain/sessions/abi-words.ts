const WORD_HEX_DIGITS = 64;

/**
 * `abi.encode` of static value types: one 32-byte word each, numbers and addresses right-aligned, bytes32 whole.
 *
 * A general ABI coder costs fifty times as much, and a tree has up to 2^20 leaves.
 *
 * @param words whole numbers >= 0, or hex strings (0x…) of at most 32 bytes.
 */
export function abiWords(...words: readonly (number | bigint | string)[]): Buffer {
  const hex = words.map((word) => (typeof word === "string" ? word.slice(2) : word.toString(16)));
  return Buffer.from(hex.map((digits) => digits.padStart(WORD_HEX_DIGITS, "0")).join(""), "hex");
}
