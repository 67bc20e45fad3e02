import { keccak256Bytes } from "../keccak.ts";

const NODE_BYTES = 32;

/** A Merkle tree of keccak256 over sorted pairs, its leaves in the order given. Hashes are bytes32 hex. */
export interface MerkleTree {
  readonly root: string;
  /** How many leaves it has. */
  readonly count: number;
  /** The heap of OpenZeppelin's merkle-tree, 32 bytes a node: the root first, the leaves last and in reverse. */
  readonly nodes: Buffer;
}

/** One proof for a run of leaves, as `MerkleProof.multiProofVerify` of OpenZeppelin takes it. */
export interface MerkleMultiproof {
  readonly proof: string[];
  readonly proofFlags: boolean[];
  /** In the order of the run, which is the one in which the contract computes them. */
  readonly leaves: string[];
}

/**
 * The same nodes as `SimpleMerkleTree.of(leaves, { sortLeaves: false })` of `@openzeppelin/merkle-tree`, in a flat
 * buffer: that library's objects take gigabytes and minutes for 2^20 leaves.
 *
 * @param leaves 32 bytes each, or their hex; hashed twice by the caller, so that no inner node passes for a leaf.
 * @param count how many there are, at least one.
 */
export function merkleTree(leaves: Iterable<string | Uint8Array>, count: number): MerkleTree {
  const nodes = Buffer.alloc((2 * count - 1) * NODE_BYTES);
  let index = 0;
  for (const leaf of leaves) writeNode(nodes, leafPlace(count, index++), leaf);
  for (let place = count - 2; place >= 0; place--) {
    writeNode(nodes, place, pairHash(nodeAt(nodes, 2 * place + 1), nodeAt(nodes, 2 * place + 2)));
  }
  return { root: hexNode(nodes, 0), count, nodes };
}

/**
 * The proof of a leaf, for `MerkleProof.verify`: its siblings from the bottom to the top.
 *
 * @param index of the leaf, from 0 to below `count`.
 */
export function merkleProof({ nodes, count }: MerkleTree, index: number): string[] {
  const proof: string[] = [];
  for (let place = leafPlace(count, index); place > 0; place = parent(place)) {
    proof.push(hexNode(nodes, sibling(place)));
  }
  return proof;
}

/**
 * One proof for the leaves from `from` to `to`, both included.
 *
 * The contract expects a multiproof's leaves by descending position in the heap. Leaf i is at position `2n - 2 - i`, so
 * that is the ascending order of i, for every n.
 */
export function merkleMultiproof({ nodes, count }: MerkleTree, from: number, to: number): MerkleMultiproof {
  const places = Array.from({ length: to - from + 1 }, (_, offset) => leafPlace(count, from + offset));
  const leaves = places.map((place) => hexNode(nodes, place));
  const proof: string[] = [];
  const proofFlags: boolean[] = [];
  for (let next = 0; (places[next] as number) > 0; next++) {
    const place = places[next] as number;
    const isSiblingKnown = places[next + 1] === sibling(place);
    if (isSiblingKnown) next++;
    else proof.push(hexNode(nodes, sibling(place)));
    proofFlags.push(isSiblingKnown);
    places.push(parent(place));
  }
  return { proof, proofFlags, leaves };
}

/** The root that a proof leads to from a leaf: `MerkleProof.processProof`. */
export function rootFromProof(leaf: string, proof: readonly string[]): string {
  const root = proof.reduce<Uint8Array>((node, sibling) => pairHash(node, bytesOf(sibling)), bytesOf(leaf));
  return `0x${Buffer.from(root).toString("hex")}`;
}

/** Whether a proof leads from a leaf to a root: `MerkleProof.verify`. */
export function leadsToRoot(leaf: string, proof: readonly string[], root: string): boolean {
  return rootFromProof(leaf, proof) === root.toLowerCase();
}

const leafPlace = (count: number, index: number) => 2 * count - 2 - index;
const parent = (place: number) => (place - 1) >> 1;
const sibling = (place: number) => (place % 2 === 0 ? place - 1 : place + 1);

/** The smaller one comes first, so that a proof need not say which side a sibling is on. */
function pairHash(one: Uint8Array, other: Uint8Array): Uint8Array {
  return Buffer.compare(one, other) <= 0 ? keccak256Bytes(one, other) : keccak256Bytes(other, one);
}

const bytesOf = (hash: string) => Buffer.from(hash.slice(2), "hex");

function nodeAt(nodes: Buffer, place: number): Buffer {
  return nodes.subarray(place * NODE_BYTES, (place + 1) * NODE_BYTES);
}

const hexNode = (nodes: Buffer, place: number) => `0x${nodeAt(nodes, place).toString("hex")}`;

function writeNode(nodes: Buffer, place: number, hash: string | Uint8Array): void {
  if (typeof hash === "string") nodes.write(hash.slice(2), place * NODE_BYTES, "hex");
  else nodes.set(hash, place * NODE_BYTES);
}
