import type { ChainGas } from "./chain-gas.ts";
import { estimateStatic } from "./estimate-static.ts";
import { type FeeHistory, type Fees, feesFor, RECENT_BLOCKS, readFeeHistory, readFees } from "./fees.ts";
import type { EstimateRequest, EstimatorModules, GasNeed } from "./gas-estimate.ts";

/** A block this far back has half the weight of the newest one. */
const HALF_WEIGHT_BLOCKS = 5;
/** The share of a block's gas at which the base fee does not change (EIP-1559). */
const TARGET_RATIO = 0.5;
/** Fractions of a wei are kept through the weighing by counting in these. */
const FRACTIONS = 1_000_000;

/**
 * The static gas, with fees averaged over recent blocks, newer ones weighted more, and a tip above the median if blocks
 * are fuller than their target, because then the tip decides what is included.
 *
 * @throws {EvmError} ESTIMATE_UNAVAILABLE
 */
export async function estimateDynamic(
  request: EstimateRequest,
  { provider }: Pick<EstimatorModules, "provider">,
  chainGas: ChainGas,
): Promise<GasNeed & { fees: Fees }> {
  const [need, now, history] = await Promise.all([
    estimateStatic(request, chainGas),
    readFees(provider),
    readFeeHistory(provider, RECENT_BLOCKS),
  ]);
  if (now.type === 0 || history === undefined) return { ...need, fees: now };
  const { baseFee, fullness, spread } = weigh(history);
  const expectedBase = baseFee > now.baseFee ? baseFee : now.baseFee;
  const pressure = 1 + Math.max(0, fullness - TARGET_RATIO);
  const fees = feesFor(expectedBase, scaled(now.tip, pressure));
  return { ...need, fees, confidence: need.confidence / (1 + spread) };
}

/** Weighted means over recent blocks, and the spread of their base fees as a share of the mean. */
function weigh({ baseFees, gasUsedRatios }: FeeHistory) {
  const weights = baseFees.map((_, i) => 0.5 ** ((baseFees.length - 1 - i) / HALF_WEIGHT_BLOCKS));
  const mean = (values: readonly number[]) => {
    const total = values.reduce((sum, _, i) => sum + (weights[i] as number), 0);
    return values.reduce((sum, value, i) => sum + value * (weights[i] as number), 0) / (total || 1);
  };
  const wei = baseFees.map(Number);
  const baseFee = mean(wei);
  const deviation = Math.sqrt(mean(wei.map((fee) => (fee - baseFee) ** 2)));
  return {
    baseFee: BigInt(Math.ceil(baseFee)),
    fullness: mean([...gasUsedRatios]),
    spread: baseFee === 0 ? 0 : deviation / baseFee,
  };
}

const scaled = (fee: bigint, factor: number) =>
  (fee * BigInt(Math.round(factor * FRACTIONS))) / BigInt(FRACTIONS);
