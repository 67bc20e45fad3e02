import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { keccak256Bytes, keccak256Hex } from "../keccak.ts";
import { abiWords } from "./abi-words.ts";
import { SessionError } from "./errors.ts";

/** A chunk as the contracts know it: `struct Chunk` of LucidChunkStore. Hashes are lower-case hex. */
export interface Chunk {
  readonly idx: number;
  /** Bytes of the chunk's file: commitment, ciphertext and tag. */
  readonly sizeBytes: number;
  /** SHA-256 of the chunk's file. */
  readonly ciphertextSha256: string;
  /** Merkle Tree Hash (RFC 6962) over the file's segments. */
  readonly contentRoot: string;
}

export type ChunkTree = SimpleMerkleTree;

/** One proof for a run of chunks, as `MerkleProof.multiProofVerify` of OpenZeppelin takes it. */
export interface ChunkMultiproof {
  readonly proof: string[];
  readonly proofFlags: boolean[];
  /** Leaves by ascending idx: the order in which the contract computes them. */
  readonly leaves: string[];
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
export function chunkTree(chunks: readonly Chunk[]): ChunkTree {
  return SimpleMerkleTree.of(chunks.map(chunkLeaf), { sortLeaves: false });
}

/**
 * The proof of one chunk, for `MerkleProof.verify`.
 *
 * @throws {SessionError} CHUNK_INDEX_OUT_OF_RANGE
 */
export function chunkProof(tree: ChunkTree, idx: number): string[] {
  requireIndex(tree, idx);
  return tree.getProof(idx);
}

/**
 * One proof for the chunks from `from` to `to`, both included.
 *
 * The library orders a multiproof's leaves by descending place in its heap. A tree with unsorted leaves holds
 * leaf idx at place `2n - 2 - idx`, so that order is the ascending one of idx, for every n.
 *
 * @throws {SessionError} CHUNK_INDEX_OUT_OF_RANGE, also where `to` lies before `from`.
 */
export function chunkMultiproof(tree: ChunkTree, from: number, to: number): ChunkMultiproof {
  requireIndex(tree, from);
  requireIndex(tree, to);
  if (to < from) throw outOfRange(tree, to);
  const run = Array.from({ length: to - from + 1 }, (_, place) => from + place);
  const { proof, proofFlags, leaves } = tree.getMultiProof(run);
  return { proof, proofFlags, leaves: leaves.map(String) };
}

function requireIndex(tree: ChunkTree, idx: number): void {
  if (!Number.isInteger(idx) || idx < 0 || idx >= tree.length) throw outOfRange(tree, idx);
}

function outOfRange(tree: ChunkTree, idx: number): SessionError {
  return new SessionError({ code: "CHUNK_INDEX_OUT_OF_RANGE", idx, chunkCount: tree.length });
}
