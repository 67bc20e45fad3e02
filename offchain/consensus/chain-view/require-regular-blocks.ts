import { ConsensusError } from "../errors.ts";
import { SLOT_DURATION_SEC } from "../parameters.ts";
import { type BlockPace, type MeasuredBlock, measurePace } from "./block-pace.ts";
import type { ChainBlocks } from "./chain-blocks.ts";

export interface RegularBlocksModules {
  readonly blocks: ChainBlocks;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Neighbouring blocks that are measured: 20 minutes where a block takes 12 s. */
const NEIGHBOURS = 100;
/** How often the time that k blocks take is measured, further back where k is large. */
const CONFIRMATION_SPANS = 4;
/** Blocks that are asked for at a time. */
const AT_ONCE = 10;
const MS_PER_SECOND = 1_000;

/**
 * Refuses a chain on which slots would be missed for want of blocks: one that makes blocks only when there are
 * transactions, has stopped, or takes more than a slot's length for k blocks. A slot's seed is the hash of the block
 * before it, and beacons need that seed before the next slot is over.
 *
 * @param confirmations k
 * @returns what was measured
 * @throws {ConsensusError} CHAIN_BLOCKS_IRREGULAR, CHAIN_TOO_SLOW, CHAIN_BLOCK_NOT_SHOWN
 * @throws {EvmError} where the chain cannot be reached
 */
export async function requireRegularBlocks(
  confirmations: number,
  { blocks, now }: RegularBlocksModules,
): Promise<BlockPace> {
  const latest = await blocks.latest();
  const measured = await readBlocks(numbersToMeasure(latest, confirmations), blocks);
  const pace = measurePace(measured, confirmations, Math.floor(now() / MS_PER_SECOND));
  const limits = { measuredBlocks: measured.length, limitSec: SLOT_DURATION_SEC };
  const { longestGapSec, afterBlock, confirmationSec } = pace;
  if (longestGapSec > SLOT_DURATION_SEC) {
    throw new ConsensusError({ code: "CHAIN_BLOCKS_IRREGULAR", longestGapSec, afterBlock, ...limits });
  }
  if (confirmationSec > SLOT_DURATION_SEC) {
    throw new ConsensusError({ code: "CHAIN_TOO_SLOW", confirmations, seconds: confirmationSec, ...limits });
  }
  return pace;
}

/** In ascending order. */
function numbersToMeasure(latest: number, confirmations: number): number[] {
  const neighbours = Array.from({ length: NEIGHBOURS + 1 }, (_, back) => latest - back);
  const ends = Array.from({ length: CONFIRMATION_SPANS + 1 }, (_, span) => latest - span * confirmations);
  const numbers = new Set([...neighbours, ...ends].filter((number) => number >= 0));
  return [...numbers].sort((a, b) => a - b);
}

async function readBlocks(numbers: readonly number[], blocks: ChainBlocks): Promise<MeasuredBlock[]> {
  const read: MeasuredBlock[] = [];
  for (let from = 0; from < numbers.length; from += AT_ONCE) {
    read.push(
      ...(await Promise.all(numbers.slice(from, from + AT_ONCE).map((number) => readBlock(number, blocks)))),
    );
  }
  return read;
}

async function readBlock(number: number, blocks: ChainBlocks): Promise<MeasuredBlock> {
  const block = await blocks.block(number);
  if (block === undefined) throw new ConsensusError({ code: "CHAIN_BLOCK_NOT_SHOWN", blockNumber: number });
  return block;
}
