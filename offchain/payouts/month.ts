/** A calendar month in UTC, e.g. `2026-11`. */
export interface Month {
  readonly name: string;
  /** Its number in contracts, e.g. 202611. */
  readonly period: bigint;
  /** Unix milliseconds of its beginning, and of the next month's. */
  readonly startsAt: number;
  readonly endsAt: number;
}

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** @returns undefined if the text is not a month */
export function parseMonth(name: string): Month | undefined {
  const [, year, month] = MONTH.exec(name) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const startsAt = Date.UTC(Number(year), Number(month) - 1);
  return {
    name,
    period: BigInt(year + month),
    startsAt,
    endsAt: Date.UTC(Number(year), Number(month)),
  };
}

/** The month so many months before (or, with a negative number, after) another. @param name e.g. `2026-11` */
export function monthBefore(name: string, count: number): string {
  const [year, month] = name.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 - count)).toISOString().slice(0, "2026-11".length);
}

/** Months by their names, each once, in order; what names none is left out. */
export function monthsNamed(names: Iterable<string>): Month[] {
  return [...new Set(names)].sort().flatMap((name) => parseMonth(name) ?? []);
}
