import { isError, type Transaction, toQuantity } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";
import { METHOD_NOT_FOUND } from "../node-messages.ts";

/** What a unit of gas may cost, in wei. Where the chain has a legacy gas price, tip and cap are that price. */
export interface Fees {
  readonly type: 0 | 2;
  /** What the next block will charge; 0 where the chain has a legacy gas price. */
  readonly baseFee: bigint;
  readonly tip: bigint;
  readonly feeCap: bigint;
}

/** Base fees and tips of recent blocks, oldest first. */
export interface FeeHistory {
  /** One more than blocks: the last is what the next block will charge. */
  readonly baseFees: readonly bigint[];
  /** Of each block, 0 to 1. */
  readonly gasUsedRatios: readonly number[];
  /** Each block's median tip; empty blocks left out. */
  readonly tips: readonly bigint[];
}

/** Enough blocks for a median, few enough to be current: four minutes of 12 s blocks. */
export const RECENT_BLOCKS = 20;
/** The cap stays above the base fee through six full blocks in a row, each of which raises it by an eighth. */
export const BASE_FEE_HEADROOM = 2n;
const MEDIAN_PERCENTILE = 50;

/**
 * What to pay right now: the recent median tip, and a cap of tip + 2 x base fee. Zero stays zero where gas is free.
 *
 * @throws {EvmError} or an error of ethers, when the chain does not answer
 */
export async function readFees(provider: ChainProvider): Promise<Fees> {
  const [block, history] = await Promise.all([
    provider.getBlock("latest"),
    readFeeHistory(provider, RECENT_BLOCKS),
  ]);
  if (block === null || block.baseFeePerGas === null) {
    return plainPrice((await provider.getFeeData()).gasPrice ?? 0n);
  }
  const next = history?.baseFees.at(-1) ?? 0n;
  const baseFee = next > block.baseFeePerGas ? next : block.baseFeePerGas;
  const tip = median(history?.tips ?? []);
  return feesFor(baseFee, tip ?? (await provider.getFeeData()).maxPriorityFeePerGas ?? 0n);
}

/** The fees that go with a base fee and a tip. */
export function feesFor(baseFee: bigint, tip: bigint): Fees {
  return { type: 2, baseFee, tip, feeCap: tip + BASE_FEE_HEADROOM * baseFee };
}

function plainPrice(gasPrice: bigint): Fees {
  return { type: 0, baseFee: 0n, tip: gasPrice, feeCap: gasPrice };
}

/** The fee history of the last blocks; undefined where the chain has no such method. */
export async function readFeeHistory(
  provider: ChainProvider,
  blocks: number,
  newest: string = "latest",
): Promise<FeeHistory | undefined> {
  try {
    const answer = (await provider.send("eth_feeHistory", [
      toQuantity(blocks),
      newest,
      [MEDIAN_PERCENTILE],
    ])) as { baseFeePerGas: string[]; gasUsedRatio: number[]; reward?: string[][] };
    const tips = (answer.reward ?? [])
      .filter((_, block) => (answer.gasUsedRatio[block] ?? 0) > 0)
      .map(([tip]) => BigInt(tip ?? 0));
    return { baseFees: answer.baseFeePerGas.map(BigInt), gasUsedRatios: answer.gasUsedRatio, tips };
  } catch (error) {
    if (isMethodMissing(error)) return undefined;
    throw error;
  }
}

/** The fees that a transaction was signed with. */
export function feesOf({ type, gasPrice, maxFeePerGas, maxPriorityFeePerGas }: Transaction): Fees {
  if (type !== 2) return plainPrice(gasPrice ?? 0n);
  return { type: 2, baseFee: 0n, tip: maxPriorityFeePerGas ?? 0n, feeCap: maxFeePerGas ?? 0n };
}

/** Fees as the fields of a transaction request. */
export function feeFields({ type, tip, feeCap }: Fees) {
  return type === 2 ? { type, maxFeePerGas: feeCap, maxPriorityFeePerGas: tip } : { type, gasPrice: feeCap };
}

function median(values: readonly bigint[]): bigint | undefined {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : 1));
  return sorted[sorted.length >> 1];
}

function isMethodMissing(error: unknown): boolean {
  if (!isError(error, "UNSUPPORTED_OPERATION") && !isError(error, "UNKNOWN_ERROR")) return false;
  const { error: answer } = error as { error?: { code?: number } };
  return isError(error, "UNSUPPORTED_OPERATION") || answer?.code === METHOD_NOT_FOUND;
}
