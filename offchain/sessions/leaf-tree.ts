import { keccak256 } from "ethers";

const NODE_BYTES = 32;

/** A Merkle tree over leaves that are hashes, in the order given. */
export interface LeafTree {
  /** bytes32 hex. */
  readonly root: string;
  readonly count: number;
  /** The heap of OpenZeppelin's merkle-tree, 32 bytes a node: the root first, the leaves last and backwards. */
  readonly nodes: Buffer;
}

/**
 * The tree of `@openzeppelin/merkle-tree` with `sortLeaves: false`, node by node the same, in a flat buffer:
 * that library's objects take gigabytes and minutes for 2^20 leaves.
 *
 * @param leaves bytes32 hex, `count` of them
 * @param count at least 1
 */
export function leafTree(leaves: Iterable<string>, count: number): LeafTree {
  const nodes = Buffer.alloc((2 * count - 1) * NODE_BYTES);
  let index = 0;
  for (const leaf of leaves) {
    writeNode(nodes, leafPlace(count, index), leaf);
    index += 1;
  }
  for (let place = count - 2; place >= 0; place--) {
    writeNode(nodes, place, pairHash(nodeAt(nodes, 2 * place + 1), nodeAt(nodes, 2 * place + 2)));
  }
  return { root: hexNode(nodes, 0), count, nodes };
}

/**
 * The proof of the leaf at `index`, for OpenZeppelin's `MerkleProof.verify`.
 *
 * @param index from 0 to before the tree's count
 */
export function leafProof({ nodes, count }: LeafTree, index: number): string[] {
  const proof: string[] = [];
  for (let place = leafPlace(count, index); place > 0; place = (place - 1) >> 1) {
    const isRight = place % 2 === 0;
    proof.push(hexNode(nodes, isRight ? place - 1 : place + 1));
  }
  return proof;
}

/** The root to which a proof leads from a leaf: OpenZeppelin's `MerkleProof.processProof`. */
export function rootOfProof(leaf: string, proof: readonly string[]): string {
  return proof.reduce((node, sibling) => pairHash(bytesOf(node), bytesOf(sibling)), leaf);
}

const leafPlace = (count: number, index: number) => 2 * count - 2 - index;

function pairHash(a: Buffer, b: Buffer): string {
  return keccak256(Buffer.concat(a.compare(b) <= 0 ? [a, b] : [b, a]));
}

const bytesOf = (hash: string) => Buffer.from(hash.slice(2), "hex");

function nodeAt(nodes: Buffer, place: number): Buffer {
  return nodes.subarray(place * NODE_BYTES, (place + 1) * NODE_BYTES);
}

const hexNode = (nodes: Buffer, place: number) => `0x${nodeAt(nodes, place).toString("hex")}`;

function writeNode(nodes: Buffer, place: number, hash: string): void {
  nodes.write(hash.slice(2), place * NODE_BYTES, "hex");
}
