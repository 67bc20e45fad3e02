import type { MerkleMultiproof } from "../../sessions/merkle-tree.ts";
import { rootFromProof } from "../../sessions/merkle-tree.ts";

/** A row's leaf and its own proof, from the bottom to the top. */
export interface ProvenLeaf {
  readonly leaf: string;
  readonly proof: readonly string[];
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
