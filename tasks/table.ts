import { printable } from "../offchain/printable.ts";

const GAP = "  ";
const ELLIPSIS = "…";
/** Hashes, addresses and UUIDs, also those of TRON, which can still be distinguished by their ends. */
const IDENTIFIER =
  /^(0x[0-9a-f]{16,}|[0-9a-f]{64}|T[1-9A-HJ-NP-Za-km-z]{33}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
/** What is kept at the ends of an identifier. The first eight digits of a UUID are enough to name a session. */
const ENDS = { beginning: 8, end: 4 };
/** No text is cut below this. */
const SHORTEST_TEXT = 8;

/**
 * Plain columns, which can be selected and piped.
 *
 * @param width columns of the terminal, within which the lines are kept: identifiers are shortened in the middle, then
 * other texts at their ends, the longest first. Undefined shortens nothing.
 */
export function formatTable(rows: readonly Record<string, unknown>[], width?: number): string[] {
  if (rows.length === 0) return [];
  const lines = linesOf(rows);
  const fitted = width === undefined || widthOf(lines) <= width ? lines : narrow(lines.map(shortened), width);
  return aligned(fitted, columnWidths(fitted));
}

/**
 * A table whose rows come in pages. Piped, it has one head, and columns that are never narrower than in the page before;
 * on a terminal each page is a separate table, fitted to the width.
 */
export class PagedTable {
  readonly #width: number | undefined;
  #widths: readonly number[] = [];

  /** @param width as of `formatTable` */
  constructor(width?: number) {
    this.#width = width;
  }

  /** The lines of the next page. */
  next(rows: readonly Record<string, unknown>[]): string[] {
    if (this.#width !== undefined || rows.length === 0) return formatTable(rows, this.#width);
    const lines = linesOf(rows);
    const isFirst = this.#widths.length === 0;
    this.#widths = columnWidths(lines).map((width, column) => Math.max(width, this.#widths[column] ?? 0));
    return aligned(isFirst ? lines : lines.slice(1), this.#widths);
  }
}

/** The cells of the head and of each row. */
function linesOf(rows: readonly Record<string, unknown>[]): string[][] {
  return [Object.keys(rows[0] ?? {}).map(printable), ...rows.map((row) => Object.values(row).map(cellOf))];
}

function aligned(lines: readonly (readonly string[])[], widths: readonly number[]): string[] {
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function cellOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null || value === undefined ? "-" : printable(String(value));
}

const shortened = (line: readonly string[]) =>
  line.map((cell) =>
    IDENTIFIER.test(cell) ? `${cell.slice(0, ENDS.beginning)}${ELLIPSIS}${cell.slice(-ENDS.end)}` : cell,
  );

/** Cuts the widest column until the lines fit, or nothing can be cut any more. */
function narrow(lines: readonly string[][], width: number): string[][] {
  let cut = lines.map((line) => [...line]);
  for (let excess = widthOf(cut) - width; excess > 0; excess = widthOf(cut) - width) {
    const widths = columnWidths(cut);
    const widest = widths.indexOf(Math.max(...widths));
    const target = Math.max(SHORTEST_TEXT, (widths[widest] as number) - excess);
    if (target === widths[widest]) break;
    cut = cut.map((line) =>
      line.map((cell, column) =>
        column === widest && cell.length > target ? `${cell.slice(0, target - 1)}${ELLIPSIS}` : cell,
      ),
    );
  }
  return cut;
}

function columnWidths(lines: readonly (readonly string[])[]): number[] {
  return (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
}

function widthOf(lines: readonly (readonly string[])[]): number {
  const widths = columnWidths(lines);
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}
