import { inGroups } from "../../in-groups.ts";
import { ConsensusError } from "../errors.ts";
import { SLOT_DURATION_SEC } from "../parameters.ts";
import { type BlockPace, type MeasuredBlock, measurePace } from "./block-pace.ts";
import type { ChainBlocks } from "./chain-blocks.ts";

export interface RegularBlocksModules {
  readonly blocks: ChainBlocks;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Rejects where whoever waits is told to end. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** Neighbouring blocks that are measured: 20 minutes where a block takes 12 s. */
const NEIGHBOURS = 100;
/** How often the time that k blocks take is measured, further back where k is large. */
const CONFIRMATION_SPANS = 4;
/** Blocks that are asked for at a time. */
const AT_ONCE = 10;
/** How often the chain is asked for its next block. */
const LOOK_EVERY_MS = 500;
const MS_PER_SECOND = 1_000;

/**
 * Refuses a chain on which slots would be missed for want of blocks: one that makes blocks only when there are
 * transactions, has stopped, or takes more than a slot's length for k blocks. A slot's seed is the hash of the block
 * before it, and beacons need that seed before the next slot is over.
 *
 * The chain is measured over its recent blocks, and then watched until it makes one more: a local chain that makes blocks
 * only for transactions looks like a fast one just after its contracts were deployed.
 *
 * @param confirmations k
 * @returns what was measured; when one more block has come, or at the latest after a slot's length
 * @throws {ConsensusError} CHAIN_BLOCKS_IRREGULAR, CHAIN_TOO_SLOW, CHAIN_BLOCK_NOT_SHOWN
 * @throws {EvmError} where the chain cannot be reached
 */
export async function requireRegularBlocks(
  confirmations: number,
  modules: RegularBlocksModules,
): Promise<BlockPace> {
  const { blocks, now } = modules;
  const latest = await blocks.latest();
  const measured = await readBlocks(numbersToMeasure(latest, confirmations), blocks);
  const pace = measurePace(measured, confirmations, Math.floor(now() / MS_PER_SECOND));
  const limits = { measuredBlocks: measured.length, limitSec: SLOT_DURATION_SEC };
  const irregular = (longestGapSec: number, afterBlock: number) =>
    new ConsensusError({ code: "CHAIN_BLOCKS_IRREGULAR", longestGapSec, afterBlock, ...limits });
  if (pace.longestGapSec > SLOT_DURATION_SEC) throw irregular(pace.longestGapSec, pace.afterBlock);
  if (pace.confirmationSec > SLOT_DURATION_SEC) {
    const seconds = pace.confirmationSec;
    throw new ConsensusError({ code: "CHAIN_TOO_SLOW", confirmations, seconds, ...limits });
  }
  const waitedSec = await waitForNextBlock(measured.at(-1) as MeasuredBlock, modules);
  if (waitedSec !== undefined) throw irregular(waitedSec, latest);
  return pace;
}

/** @returns seconds without a block, where they are more than a slot's; undefined where one more came */
async function waitForNextBlock(
  { number, timestamp }: MeasuredBlock,
  { blocks, now, sleep }: RegularBlocksModules,
): Promise<number | undefined> {
  // The time of a local chain may have been moved ahead: then the wait itself tells how long there was no block.
  const since = Math.min(timestamp * MS_PER_SECOND, now());
  while ((await blocks.latest()) <= number) {
    const seconds = Math.floor((now() - since) / MS_PER_SECOND);
    if (seconds > SLOT_DURATION_SEC) return seconds;
    await sleep(LOOK_EVERY_MS);
  }
  return undefined;
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
  for (const group of inGroups(numbers, AT_ONCE)) {
    read.push(...(await Promise.all(group.map((number) => readBlock(number, blocks)))));
  }
  return read;
}

async function readBlock(number: number, blocks: ChainBlocks): Promise<MeasuredBlock> {
  const block = await blocks.block(number);
  if (block === undefined) throw new ConsensusError({ code: "CHAIN_BLOCK_NOT_SHOWN", blockNumber: number });
  return block;
}
