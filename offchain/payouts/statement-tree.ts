import { ZeroHash } from "ethers";
import { keccak256Bytes } from "../keccak.ts";
import { type MerkleTree, merkleProof } from "../sessions/merkle-tree.ts";
import { hexOf } from "../tron-address.ts";

/** What a leaf binds. Addresses are TRON's, in base58check. */
export interface StatementPayment {
  readonly router: string;
  readonly payoutId: string;
  /** bytes32; zero where the payment belongs to no session. @default zero */
  readonly sessionId?: string;
  readonly to: string;
  /** micro-USDT */
  readonly amount: bigint;
}

const WORD_BYTES = 32;
const ADDRESS_BYTES = 20;
const AMOUNT_BYTES = 8;
/** The five words of a row, written over for each: a statement has up to a million. */
const words = Buffer.alloc(5 * WORD_BYTES);

/** What a leaf binds, all of it hex but the amount; addresses are the 20 bytes that contracts have. */
export type LeafContent = Required<StatementPayment>;

/**
 * `keccak256(bytes.concat(keccak256(abi.encode(router, payoutId, sessionId, to, amount))))`: bound to one router, so that
 * no row meant for the one with compliance passes through the other.
 *
 * @returns bytes32 hex
 * @throws {SettingsError} TRON_ADDRESS_INVALID
 * @throws {RangeError} for an amount of 2^64 or more
 */
export function statementLeaf({
  router,
  payoutId,
  sessionId = ZeroHash,
  to,
  amount,
}: StatementPayment): string {
  const leaf = leafBytes({ router: hexOf(router), payoutId, sessionId, to: hexOf(to), amount });
  return `0x${Buffer.from(leaf).toString("hex")}`;
}

/** The same of addresses that were decoded before: that takes as long as hashing the row. */
export function leafBytes({ router, payoutId, sessionId, to, amount }: LeafContent): Uint8Array {
  writeWord(0, router, ADDRESS_BYTES);
  writeWord(1, payoutId, WORD_BYTES);
  writeWord(2, sessionId, WORD_BYTES);
  writeWord(3, to, ADDRESS_BYTES);
  words.writeBigUInt64BE(amount, 5 * WORD_BYTES - AMOUNT_BYTES);
  return keccak256Bytes(keccak256Bytes(words));
}

/** What is in the words: nearly all rows have the same router, and no session. */
const written = ["", "", "", ""];

/** Right-aligned; the bytes before it stay zero. */
function writeWord(index: number, hex: string, bytes: number): void {
  if (written[index] === hex) return;
  words.write(hex.slice(2), (index + 1) * WORD_BYTES - bytes, bytes, "hex");
  written[index] = hex;
}

/** The proof of the row at `index` of a statement's tree, for `MerkleProof.verify`. */
export function statementProof(tree: MerkleTree, index: number): string[] {
  return merkleProof(tree, index);
}
