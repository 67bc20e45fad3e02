import { ZeroHash } from "ethers";
import { keccak256Bytes, keccak256Hex } from "../keccak.ts";
import { abiWords } from "../sessions/abi-words.ts";
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

let lastRouter = { base58: "", hex: "" };

/**
 * `keccak256(bytes.concat(keccak256(abi.encode(router, payoutId, sessionId, to, amount))))`: bound to one router, so that
 * no row meant for the one with compliance passes through the other.
 *
 * @throws {SettingsError} TRON_ADDRESS_INVALID
 */
export function statementLeaf({
  router,
  payoutId,
  sessionId = ZeroHash,
  to,
  amount,
}: StatementPayment): string {
  // Nearly all rows have the same router, and decoding an address takes longer than hashing the row.
  if (router !== lastRouter.base58) lastRouter = { base58: router, hex: hexOf(router) };
  return keccak256Hex(keccak256Bytes(abiWords(lastRouter.hex, payoutId, sessionId, hexOf(to), amount)));
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

/** One at a time: a million hex strings would use more memory than the tree. */
function* leavesOf(rows: readonly StatementPayment[]): Generator<string> {
  for (const row of rows) yield statementLeaf(row);
}
