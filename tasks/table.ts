import { printable } from "../offchain/printable.ts";

const GAP = "  ";
const ELLIPSIS = "…";
/** Hashes, addresses and UUIDs: what is still told apart by its ends. */
const IDENTIFIER = /^(0x[0-9a-f]{16,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
/** What is left of an identifier at its ends. Eight digits of a UUID's beginning are enough to name a session. */
const ENDS = { beginning: 8, end: 4 };
/** No text is cut below this. */
const SHORTEST_TEXT = 8;

/**
 * Plain columns, which can be selected and piped.
 *
 * @param width columns of the terminal, within which the lines are kept: identifiers are shortened in the middle, then
 * other texts at their ends, the longest first. Undefined leaves everything whole.
 */
export function formatTable(rows: readonly Record<string, unknown>[], width?: number): string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const lines = [Object.keys(first).map(printable), ...rows.map((row) => Object.values(row).map(cellOf))];
  const fitted = width === undefined || widthOf(lines) <= width ? lines : narrow(lines.map(shortened), width);
  const widths = columnWidths(fitted);
  return fitted.map((line) =>
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
