import { keccak256Bytes, keccak256Hex } from "../keccak.ts";
import { abiWords } from "./abi-words.ts";
import { SessionError } from "./errors.ts";
import {
  type MerkleMultiproof,
  type MerkleTree,
  merkleMultiproof,
  merkleProof,
  merkleTree,
} from "./merkle-tree.ts";

/** A chunk as in the contracts: `struct Chunk` of LucidChunkStore. Hashes are lower-case hex. */
export interface Chunk {
  readonly idx: number;
  /** Bytes of the chunk's file: commitment, ciphertext and tag. */
  readonly sizeBytes: number;
  /** SHA-256 of the chunk's file. */
  readonly ciphertextSha256: string;
  /** Merkle Tree Hash (RFC 6962) over the file's segments. */
  readonly contentRoot: string;
}

/** `keccak256(bytes.concat(keccak256(abi.encode(idx, sizeBytes, ciphertextSha256, contentRoot))))`. */
export function chunkLeaf({ idx, sizeBytes, ciphertextSha256, contentRoot }: Chunk): string {
  return keccak256Hex(keccak256Bytes(abiWords(idx, sizeBytes, ciphertextSha256, contentRoot)));
}

/**
 * The tree whose root is a manifest's merkleRoot: pairs sorted, leaves not, so that chunks in a row share their
 * proof.
 *
 * @param chunks by ascending idx, at least one.
 */
export function chunkTree(chunks: readonly Chunk[]): MerkleTree {
  return merkleTree(chunks.map(chunkLeaf), chunks.length);
}

/**
 * The proof of one chunk, for `MerkleProof.verify`.
 *
 * @throws {SessionError} CHUNK_INDEX_OUT_OF_RANGE
 */
export function chunkProof(tree: MerkleTree, idx: number): string[] {
  requireIndex(tree, idx);
  return merkleProof(tree, idx);
}

/**
 * One proof for the chunks from `from` to `to`, both included.
 *
 * @throws {SessionError} CHUNK_INDEX_OUT_OF_RANGE, also if `to` is less than `from`.
 */
export function chunkMultiproof(tree: MerkleTree, from: number, to: number): MerkleMultiproof {
  requireIndex(tree, from);
  requireIndex(tree, to);
  if (to < from) throw outOfRange(tree, to);
  return merkleMultiproof(tree, from, to);
}

function requireIndex(tree: MerkleTree, idx: number): void {
  if (!Number.isInteger(idx) || idx < 0 || idx >= tree.count) throw outOfRange(tree, idx);
}

function outOfRange(tree: MerkleTree, idx: number): SessionError {
  return new SessionError({ code: "CHUNK_INDEX_OUT_OF_RANGE", idx, chunkCount: tree.count });
}
