import type { HeadBlocks } from "../chain-view/head-block.ts";

/**
 * Finds the head blocks of a run of slots with few readings: the one in the middle first, between which and its
 * neighbours the others are.
 *
 * @param first not before the chain's first block
 * @param last of a head that is known by now
 * @throws {ConsensusError} what HeadBlocks throws
 */
export async function findHeads(first: number, last: number, headBlocks: HeadBlocks): Promise<void> {
  if (first > last) return;
  const middle = Math.floor((first + last) / 2);
  await headBlocks.headBlock(middle);
  await findHeads(first, middle - 1, headBlocks);
  await findHeads(middle + 1, last, headBlocks);
}
