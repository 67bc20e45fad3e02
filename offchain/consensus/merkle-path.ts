import { keccak256Bytes } from "../keccak.ts";

/** Whether a Merkle path leads from a leaf to a root, as `MerkleProof.verify` of OpenZeppelin has it: pairs sorted. */
export function leadsToRoot(leaf: string, path: readonly string[], root: string): boolean {
  let node: Uint8Array = bytesOf(leaf);
  for (const sibling of path) {
    const other = bytesOf(sibling);
    node = other.compare(node) < 0 ? keccak256Bytes(other, node) : keccak256Bytes(node, other);
  }
  return bytesOf(root).equals(node);
}

const bytesOf = (hex: string) => Buffer.from(hex.slice(2), "hex");
