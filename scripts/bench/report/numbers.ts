const DIGITS = 4;

/** A number for people: whole from a thousand up, else four significant digits, in groups of three. */
export function numberText(value: number): string {
  const digits = Math.max(DIGITS, Math.ceil(Math.log10(Math.abs(value) + 1)));
  return Number(value.toPrecision(digits)).toLocaleString("en", { maximumSignificantDigits: digits });
}

/** How many times as much, e.g. `5.6×`. */
export function timesText(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : numberText(Math.round(ratio))}×`;
}
