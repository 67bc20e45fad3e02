import type { Fees } from "../gas/fees.ts";

/** Nodes take a replacement only if it pays this much more, in percent, on tip and on cap. */
const LEAST_BUMP_PERCENT = 10n;
/** No bump goes above this multiple of what is paid now: beyond it, something else than the fee is wrong. */
const CEILING_MULTIPLE = 5n;
const WHOLE_PERCENT = 100n;

/**
 * The fees of a replacement: at least a tenth above those that were offered, rounded up, on tip and on cap, and at
 * least what is paid now.
 *
 * @param offered by the attempt that is to be replaced
 * @param suggested what is paid now
 * @returns Undefined where that would be above the ceiling; nothing is ever clamped to it.
 */
export function bumpFees(offered: Fees, suggested: Fees): Fees | undefined {
  const tip = larger(raised(offered.tip), suggested.tip);
  const feeCap = larger(larger(raised(offered.feeCap), suggested.feeCap), tip);
  if (feeCap > feeCeiling(suggested)) return undefined;
  return { type: offered.type, baseFee: suggested.baseFee, tip, feeCap };
}

/** The highest cap that a bump may offer. */
export function feeCeiling(suggested: Fees): bigint {
  return CEILING_MULTIPLE * suggested.feeCap;
}

function raised(fee: bigint): bigint {
  const numerator = fee * (WHOLE_PERCENT + LEAST_BUMP_PERCENT);
  const roundedUp = (numerator + WHOLE_PERCENT - 1n) / WHOLE_PERCENT;
  return larger(roundedUp, fee + 1n);
}

const larger = (a: bigint, b: bigint) => (a > b ? a : b);
