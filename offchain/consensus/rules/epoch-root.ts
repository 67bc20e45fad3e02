import { keccak256Bytes, keccak256Hex } from "../../keccak.ts";
import { abiWords } from "../../sessions/abi-words.ts";
import { type MerkleTree, merkleProof, merkleTree, rootFromProof } from "../../sessions/merkle-tree.ts";
import type { WorkTallyRow } from "./work-tally.ts";

/** What an epoch's checkpoint says beside its rows. Hashes are bytes32 hex. */
export interface EpochHead {
  readonly epoch: number;
  readonly firstSlot: number;
  readonly lastSlot: number;
  /** Of the last block written in a slot up to `lastSlot`; 32 zero bytes where there is none. */
  readonly lastBlockHash: string;
  /** talliesHash over the talliesRoots of the epoch's slots (transcript.ts). */
  readonly talliesHash: string;
  /** registrationsHash at `lastSlot`. */
  readonly registrationsHash: string;
}

/** Leaf 0 is the head, leaf r the row of rank r. */
export type EpochTree = MerkleTree;

/**
 * The tree whose root an epoch's checkpoint attests: that of OpenZeppelin's `merkle-tree` over hashed leaves that are
 * not sorted (`SimpleMerkleTree`, `sortLeaves: false`), pairs sorted when hashed. Leaf 0 is the head, leaf r the row of
 * rank r; each is `keccak256(bytes.concat(keccak256(abi.encode(…))))`, hashed twice as `StandardMerkleTree` does:
 *
 * - head: `(uint64 epoch, uint64 firstSlot, uint64 lastSlot, bytes32 lastBlockHash, bytes32 talliesHash,
 *   bytes32 registrationsHash)`, six words
 * - row: `(address entityId, uint256 credits, uint256 beacons, uint256 slots, uint256 rank)`, five words
 *
 * @param rows the epoch's tally, best rank first
 */
export function epochTree(head: EpochHead, rows: readonly WorkTallyRow[]): EpochTree {
  return merkleTree(leavesOf(head, rows), 1 + rows.length);
}

/**
 * The proof of a row, for `verifyEpochRow` and for `MerkleProof.verify` of OpenZeppelin.
 *
 * @param row of the tree's own tally
 */
export function epochRowProof(tree: EpochTree, { rank }: WorkTallyRow): string[] {
  return merkleProof(tree, rank);
}

/** The proof of the head. */
export function epochHeadProof(tree: EpochTree): string[] {
  return merkleProof(tree, 0);
}

/**
 * Whether a row is in the epoch whose root was attested. It binds the row's entity, credits, liveScore and rank. The
 * epoch is not in the row: it is that of the root.
 */
export function verifyEpochRow(root: string, row: WorkTallyRow, proof: readonly string[]): boolean {
  return rootFromProof(rowLeaf(row), proof) === root;
}

/** Whether a head is that of the epoch whose root was attested. */
export function verifyEpochHead(root: string, head: EpochHead, proof: readonly string[]): boolean {
  return rootFromProof(headLeaf(head), proof) === root;
}

function* leavesOf(head: EpochHead, rows: readonly WorkTallyRow[]): Generator<string> {
  yield headLeaf(head);
  for (const row of rows) yield rowLeaf(row);
}

function headLeaf(head: EpochHead): string {
  const { epoch, firstSlot, lastSlot, lastBlockHash, talliesHash, registrationsHash } = head;
  return doubleHash(epoch, firstSlot, lastSlot, lastBlockHash, talliesHash, registrationsHash);
}

function rowLeaf({ entityId, credits, liveScore, rank }: WorkTallyRow): string {
  return doubleHash(entityId, credits, liveScore.beacons, liveScore.slots, rank);
}

const doubleHash = (...words: readonly (number | string)[]) =>
  keccak256Hex(keccak256Bytes(abiWords(...words)));
