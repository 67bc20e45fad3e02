import { keccak256Hex } from "../../../keccak.ts";
import { abiWords } from "../../../sessions/abi-words.ts";

/**
 * The chunk that a challenge asks a node for: `uint256(keccak256(abi.encode(slotHash(t), node, i))) % N`.
 *
 * @param challenge i, from 0 to 3.
 * @param corpusSize N, at least 1.
 * @returns its place in the corpus.
 */
export function challengedChunk(
  slotHash: string,
  nodeId: string,
  challenge: number,
  corpusSize: number,
): number {
  const draw = BigInt(keccak256Hex(abiWords(slotHash, nodeId, challenge)));
  return Number(draw % BigInt(corpusSize));
}

/** The seed by which LucidChunkStore's formula draws the segment: `keccak256(abi.encode(slotHash(t), t, i))`. */
export function segmentSeed(slotHash: string, slot: number, challenge: number): string {
  return keccak256Hex(abiWords(slotHash, slot, challenge));
}
