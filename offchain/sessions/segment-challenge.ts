import { keccak256Hex } from "../keccak.ts";
import { abiWords } from "./abi-words.ts";
import { SEGMENT_BYTES } from "./limits.ts";

/**
 * The segment that `prover` must show of a chunk: `uint256(keccak256(abi.encode(seed, chunkLeaf, prover))) %
 * ceil(sizeBytes / 1024)`. Nobody can choose it, and it differs between provers of one chunk.
 *
 * @param seed bytes32 hex that was unknown when the chunk was stored.
 * @param prover EVM address.
 */
export function challengedSegment(
  seed: string,
  chunkLeaf: string,
  prover: string,
  sizeBytes: number,
): number {
  const draw = BigInt(keccak256Hex(abiWords(seed, chunkLeaf, prover)));
  return Number(draw % BigInt(Math.ceil(sizeBytes / SEGMENT_BYTES)));
}
