import { MAX_CLOCK_DIFFERENCE_MS } from "../parameters.ts";

/** What a node has of the time at one moment. */
export interface ClockReadings {
  /** How far the store's clock is ahead of the machine's, in ms. */
  readonly storeAheadMs: number;
  /** How far the latest block's time is ahead of the store's clock, in ms; below zero where it is behind. */
  readonly chainAheadMs: number;
  /** The longest time without a block that this chain is known for, in ms. */
  readonly blockGapMs: number;
}

/** Two clocks that are too far apart for a node to take part. */
export interface ClockDifference {
  readonly between: "store and machine" | "store and chain";
  /** How far the store's clock is ahead of the other, in ms; below zero where it is behind. */
  readonly storeAheadMs: number;
}

/**
 * Which clocks are more than 30 s apart; undefined where none are. The latest block is as old as the chain's pace has it,
 * so that much more it may be behind.
 */
export function clockDifference(readings: ClockReadings): ClockDifference | undefined {
  const { storeAheadMs, chainAheadMs, blockGapMs } = readings;
  if (Math.abs(storeAheadMs) > MAX_CLOCK_DIFFERENCE_MS) return { between: "store and machine", storeAheadMs };
  const isChainOff =
    chainAheadMs > MAX_CLOCK_DIFFERENCE_MS || -chainAheadMs > MAX_CLOCK_DIFFERENCE_MS + blockGapMs;
  return isChainOff ? { between: "store and chain", storeAheadMs: -chainAheadMs } : undefined;
}
