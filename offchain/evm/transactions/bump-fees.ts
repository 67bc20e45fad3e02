import { BASE_FEE_HEADROOM, type Fees } from "../gas/fees.ts";

/** Nodes accept a replacement only if it pays this much more, in percent, on tip and on cap. */
const MIN_BUMP_PERCENT = 10n;
/** No bump goes above this multiple of the current price: beyond it, something other than the fee is wrong. */
const CEILING_MULTIPLE = 5n;
const WHOLE_PERCENT = 100n;

/** Lowest tip and cap, in wei per unit of gas. */
export type FeeFloor = Pick<Fees, "tip" | "feeCap">;

/**
 * The fees of a replacement: tip and cap at least a tenth above the offered ones, rounded up, and at least the current
 * price.
 *
 * @param offered by the attempt that is to be replaced
 * @param suggested the current price
 * @param floor what a node is known to ask for. @default nothing
 * @returns Undefined where that would be above the ceiling; nothing is ever lowered to it.
 */
export function bumpFees(
  offered: Fees,
  suggested: Fees,
  floor: FeeFloor = { tip: 0n, feeCap: 0n },
): Fees | undefined {
  const tip = largest(raised(offered.tip), suggested.tip, floor.tip);
  // A tip that is raised to a floor counts only as far as the cap leaves room for it above the base fee.
  const feeCap = largest(
    raised(offered.feeCap),
    suggested.feeCap,
    floor.feeCap,
    suggested.baseFee + floor.tip,
    tip,
  );
  if (feeCap > feeCeiling(suggested)) return undefined;
  const isPlain = offered.type === 0;
  return { type: offered.type, baseFee: suggested.baseFee, tip: isPlain ? feeCap : tip, feeCap };
}

/** The fees that replace a transaction in a pool: a tenth above it, rounded up. */
export function floorAbove({ tip, feeCap }: FeeFloor): FeeFloor {
  return { tip: raised(tip), feeCap: raised(feeCap) };
}

/**
 * The next offer to a pool that names no price: with each step a larger share of the cap is tip. A tenth more of a tip
 * near zero would remain near zero.
 */
export function floorStep({ feeCap }: FeeFloor, { baseFee }: Fees): FeeFloor {
  const tip = raised(feeCap) - BASE_FEE_HEADROOM * baseFee;
  return { tip: largest(tip, 0n), feeCap: 0n };
}

/** The highest cap that a bump may offer. */
export function feeCeiling(suggested: Fees): bigint {
  return CEILING_MULTIPLE * suggested.feeCap;
}

function raised(fee: bigint): bigint {
  const numerator = fee * (WHOLE_PERCENT + MIN_BUMP_PERCENT);
  const roundedUp = (numerator + WHOLE_PERCENT - 1n) / WHOLE_PERCENT;
  return largest(roundedUp, fee + 1n);
}

const largest = (...values: readonly [bigint, ...bigint[]]) => values.reduce((a, b) => (a > b ? a : b));
