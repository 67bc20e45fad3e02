import { formatEther, formatUnits } from "ethers";

const SIGNIFICANT_DIGITS = 6;
/** Amounts from here on are easier to read in ether than in gwei. */
const ETHER_FROM = 10n ** 15n;

/** Gwei, with at most six significant digits. */
export const gwei = (wei: bigint) => rounded(formatUnits(wei, "gwei"));

/** An amount in ether, or in gwei where that would begin with zeros; at most six significant digits. */
export const amount = (wei: bigint) =>
  wei >= ETHER_FROM ? `${rounded(formatEther(wei))} ether` : `${gwei(wei)} gwei`;

/** No exponent, whatever the size, and no zeros at the end. */
function rounded(decimal: string): string {
  const format = { maximumSignificantDigits: SIGNIFICANT_DIGITS, useGrouping: false } as const;
  return new Intl.NumberFormat("en", format).format(decimal as Intl.StringNumericLiteral);
}
