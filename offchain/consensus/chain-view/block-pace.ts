import type { Block } from "./chain-blocks.ts";

/** How fast a chain made its blocks, by those that were measured. */
export interface BlockPace {
  /** The longest time without a block, in seconds, the time since the newest one included. */
  readonly longestGapSec: number;
  /** Number of the block after which that was. */
  readonly afterBlock: number;
  /** The longest time that k blocks took, in seconds. */
  readonly confirmationSec: number;
}

/** What is looked at of a block. */
export type MeasuredBlock = Pick<Block, "number" | "timestamp">;

/**
 * Measures a chain's pace.
 *
 * @param blocks in ascending order, at least one; gaps are measured between neighbours, and k blocks between any two
 * that are k apart. On a chain of fewer blocks, its average stands for them.
 * @param confirmations k
 * @param now Unix seconds
 */
export function measurePace(blocks: readonly MeasuredBlock[], confirmations: number, now: number): BlockPace {
  const times = new Map(blocks.map(({ number, timestamp }) => [number, timestamp]));
  const [oldest, newest] = [blocks[0] as MeasuredBlock, blocks.at(-1) as MeasuredBlock];
  let [longestGapSec, afterBlock] = [now - newest.timestamp, newest.number];
  let confirmationSec: number | undefined;
  for (const { number, timestamp } of blocks) {
    const next = times.get(number + 1);
    if (next !== undefined && next - timestamp > longestGapSec) {
      [longestGapSec, afterBlock] = [next - timestamp, number];
    }
    const confirmed = times.get(number + confirmations);
    if (confirmed !== undefined) confirmationSec = Math.max(confirmationSec ?? 0, confirmed - timestamp);
  }
  const average = (newest.timestamp - oldest.timestamp) / Math.max(newest.number - oldest.number, 1);
  return {
    longestGapSec,
    afterBlock,
    confirmationSec: confirmationSec ?? Math.ceil(average * confirmations),
  };
}
