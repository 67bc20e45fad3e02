import type { MerkleMultiproof } from "../../sessions/merkle-tree.ts";
import { rootFromProof } from "../../sessions/merkle-tree.ts";

/** A row's leaf and its own proof, from the bottom to the top. */
export interface ProvenLeaf {
  readonly leaf: string;
  readonly proof: readonly string[];
}

/**
 * How many of the first rows have a joined proof that holds: all of them, unless a place in the statement was changed in
 * the database, which no leaf binds. A row by itself needs no place.
 *
 * @param root of their statement
 */
export function joinableCount(rows: readonly ProvenLeaf[], root: string): number {
  for (let count = rows.length; count > 1; count -= 1) {
    if (rootFromMultiproof(joinProofs(rows.slice(0, count))) === root.toLowerCase()) return count;
  }
  return Math.min(1, rows.length);
}

/** `MerkleProof.processMultiProof`; undefined where it would revert. */
export function rootFromMultiproof({ leaves, proof, proofFlags }: MerkleMultiproof): string | undefined {
  if (leaves.length + proof.length !== proofFlags.length + 1) return undefined;
  const nodes = [...leaves];
  const siblings = [...proof];
  for (const isKnown of proofFlags) {
    const node = nodes.shift();
    const sibling = isKnown ? nodes.shift() : siblings.shift();
    if (node === undefined || sibling === undefined) return undefined;
    nodes.push(rootFromProof(node, [sibling]));
  }
  return siblings.length === 0 ? nodes[0] : undefined;
}

/**
 * One proof for several rows of a tree, made of the rows' own proofs: the tree is not needed. The rows are in the order
 * of the statement, which is the order in which `MerkleProof.multiProofVerify` takes leaves.
 *
 * Rows need not follow each other; the more of them do, the shorter the proof.
 */
export function joinProofs(rows: readonly ProvenLeaf[]): MerkleMultiproof {
  const queue = rows.map(({ leaf, proof }) => ({ node: leaf, path: proof }));
  const proof: string[] = [];
  const proofFlags: boolean[] = [];
  for (let next = 0; ; next += 1) {
    const {
      node,
      path: [sibling, ...above],
    } = queue[next] as (typeof queue)[number];
    // The root has no sibling.
    if (sibling === undefined) break;
    // Nodes come in the order of their places, so a known sibling is the one that follows.
    const isSiblingKnown = queue[next + 1]?.node === sibling;
    if (isSiblingKnown) next += 1;
    else proof.push(sibling);
    proofFlags.push(isSiblingKnown);
    queue.push({ node: rootFromProof(node, [sibling]), path: above });
  }
  return { proof, proofFlags, leaves: rows.map(({ leaf }) => leaf) };
}
