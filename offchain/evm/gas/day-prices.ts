import { toQuantity } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";
import { type Fees, readFeeHistory, readFees } from "./fees.ts";
import { expectedPrice } from "./gas-estimator.ts";

/** What a unit of gas costs now, and what it cost over the last day, in wei. */
export interface DayPrices {
  readonly now: bigint;
  readonly fees: Fees;
  /** Equal to `now` where the chain has a legacy gas price, or no history. */
  readonly low: bigint;
  readonly median: bigint;
  readonly high: bigint;
  /** Blocks that were read. */
  readonly blocks: number;
}

const DAY_SECONDS = 86_400;
/** The most blocks that nodes return for one eth_feeHistory. */
const MAX_BLOCKS = 1_024;
/** Pages for a day: enough for every block of 12 s, and a fair sample where blocks come faster. */
const MAX_PAGES = 8;
/** Blocks from which the pace of the chain is computed. */
const PACE_BLOCKS = 100;
const LOW_SHARE = 0.1;
const MEDIAN_SHARE = 0.5;
const HIGH_SHARE = 0.9;

/** Reads the price of gas now, and its quantiles over the last day. */
export async function readDayPrices(provider: ChainProvider): Promise<DayPrices> {
  const fees = await readFees(provider);
  const now = expectedPrice(fees);
  const prices = fees.type === 2 ? await pricesOfTheDay(provider) : [];
  const sorted = prices.sort((a, b) => (a < b ? -1 : 1));
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? now;
  return {
    now,
    fees,
    low: at(LOW_SHARE),
    median: at(MEDIAN_SHARE),
    high: at(HIGH_SHARE),
    blocks: sorted.length,
  };
}

/** Base fee and median tip of the blocks of the last day, or of evenly spaced runs of them. */
async function pricesOfTheDay(provider: ChainProvider): Promise<bigint[]> {
  const head = await provider.getBlockNumber();
  const back = Math.min(head, PACE_BLOCKS);
  const [newest, older] = await Promise.all([provider.getBlock(head), provider.getBlock(head - back)]);
  const seconds = Math.max(1, (newest?.timestamp ?? 0) - (older?.timestamp ?? 0));
  const blocksADay = Math.ceil((DAY_SECONDS * Math.max(1, back)) / seconds);
  const span = Math.min(head + 1, blocksADay);
  const pages = Math.min(MAX_PAGES, Math.ceil(span / MAX_BLOCKS));
  const prices: bigint[] = [];
  for (let page = 0; page < pages; page++) {
    const last = head - Math.floor((page * span) / pages);
    const count = Math.min(MAX_BLOCKS, Math.ceil(span / pages), last + 1);
    const history = await readFeeHistory(provider, count, toQuantity(last));
    if (history === undefined) return [];
    // Tips are those of the blocks that are not empty, so one for all: the middle of this run.
    const tip = history.tips[history.tips.length >> 1] ?? 0n;
    for (const baseFee of history.baseFees.slice(0, -1)) prices.push(baseFee + tip);
  }
  return prices;
}
