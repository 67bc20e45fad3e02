import { ZeroHash } from "ethers";
import { keccak256Bytes, keccak256Hex } from "../../keccak.ts";
import { abiWords } from "../../sessions/abi-words.ts";
import { merkleTree } from "../../sessions/merkle-tree.ts";
import type { SlotTally } from "../../store/documents.ts";

/**
 * proofsRoot of a slot's record: the Merkle root whose leaves are the ids of the counting proofs in ascending order,
 * pairs sorted when hashed; 32 zero bytes where no proof counts. An id is a digest over 66 bytes and an inner node one
 * over 64, so none passes for the other.
 */
export function proofsRoot(ids: readonly string[]): string {
  return ids.length === 0 ? ZeroHash : merkleTree(ids.toSorted(), ids.length).root;
}

/**
 * talliesRoot of a slot's record: the Merkle root over its tallies in the order of entityId, pairs sorted when hashed;
 * 32 zero bytes where there are none. A leaf is `keccak256(bytes.concat(keccak256(abi.encode(address entityId,
 * uint256 sessions, uint256 bytes, uint256 storageProofs, uint256 validationSignatures, uint256 beacons))))`.
 */
export function talliesRoot(tallies: readonly SlotTally[]): string {
  return tallies.length === 0 ? ZeroHash : merkleTree(tallies.map(leafOf), tallies.length).root;
}

function leafOf(tally: SlotTally): string {
  const { entityId, sessions, bytes, storageProofs, validationSignatures, beacons } = tally;
  return keccak256Hex(
    keccak256Bytes(abiWords(entityId, sessions, bytes, storageProofs, validationSignatures, beacons)),
  );
}
