import { ZeroHash } from "ethers";
import { keccak256Bytes } from "../keccak.ts";
import { type MerkleTree, merkleProof, merkleTree } from "../sessions/merkle-tree.ts";
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

let routerInWords = "";

/**
 * `keccak256(bytes.concat(keccak256(abi.encode(router, payoutId, sessionId, to, amount))))`: bound to one router, so that
 * no row meant for the one with compliance passes through the other.
 *
 * @returns bytes32 hex
 * @throws {SettingsError} TRON_ADDRESS_INVALID
 * @throws {RangeError} for an amount of 2^64 or more
 */
export function statementLeaf(payment: StatementPayment): string {
  return `0x${Buffer.from(leafBytes(payment)).toString("hex")}`;
}

function leafBytes({ router, payoutId, sessionId = ZeroHash, to, amount }: StatementPayment): Uint8Array {
  // Nearly all rows have the same router, and decoding an address takes longer than hashing the row.
  if (router !== routerInWords) writeWord(0, hexOf(router), ADDRESS_BYTES);
  routerInWords = router;
  writeWord(1, payoutId, WORD_BYTES);
  writeWord(2, sessionId, WORD_BYTES);
  writeWord(3, hexOf(to), ADDRESS_BYTES);
  words.writeBigUInt64BE(amount, 5 * WORD_BYTES - AMOUNT_BYTES);
  return keccak256Bytes(keccak256Bytes(words));
}

/** Right-aligned; the bytes before it stay zero. */
function writeWord(index: number, hex: string, bytes: number): void {
  words.write(hex.slice(2), (index + 1) * WORD_BYTES - bytes, bytes, "hex");
}

/**
 * The tree over a statement's rows in order, as the routers verify it: OpenZeppelin's `SimpleMerkleTree` with
 * `sortLeaves: false`.
 *
 * @param rows at least one
 */
export function statementTree(rows: readonly StatementPayment[]): MerkleTree {
  return merkleTree(leavesOf(rows), rows.length);
}

/** The proof of the row at `index`, for `MerkleProof.verify`. */
export function statementProof(tree: MerkleTree, index: number): string[] {
  return merkleProof(tree, index);
}

/** One at a time: a million of them would use more memory than the tree. */
function* leavesOf(rows: readonly StatementPayment[]): Generator<Uint8Array> {
  for (const row of rows) yield leafBytes(row);
}
