/** USDT-TRC20 has six decimals. */
const DECIMALS = 6;
const MICRO = 10n ** BigInt(DECIMALS);

/**
 * Reads an amount of USDT, e.g. `1250` or `0.5`, without a float in between.
 *
 * @returns micro-USDT; undefined if it is not plain digits with at most six decimals
 */
export function parseUsdt(text: string): bigint | undefined {
  const [, whole, fraction = ""] = /^(\d{1,13})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : BigInt(whole + fraction.padEnd(DECIMALS, "0"));
}

/** @param amount micro-USDT, e.g. 1250000 for `1.25` */
export function formatUsdt(amount: bigint): string {
  const fraction = (amount % MICRO).toString().padStart(DECIMALS, "0").replace(/0+$/, "");
  return fraction === "" ? `${amount / MICRO}` : `${amount / MICRO}.${fraction}`;
}
