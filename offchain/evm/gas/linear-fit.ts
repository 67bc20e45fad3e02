/** Item counts by kind, e.g. `{ chunks: 64, words: 1 }`. */
export type Items = Readonly<Record<string, number>>;

/** Gas as a constant plus a price per item. */
export interface LinearFit {
  readonly constant: number;
  readonly perItem: Items;
}

export interface FitSample {
  readonly items: Items;
  readonly gas: number;
}

/** Keeps the equations solvable where a count never varies; its effect is far below a unit of gas. */
const RIDGE = 1e-6;

/** The least-squares fit of gas against item counts. */
export function fitLinear(samples: readonly FitSample[]): LinearFit {
  const names = [...new Set(samples.flatMap(({ items }) => Object.keys(items)))].sort();
  const rows = samples.map(({ items, gas }) => ({ x: [1, ...names.map((name) => items[name] ?? 0)], gas }));
  const size = names.length + 1;
  const equations = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_, j) => rows.reduce((sum, { x }) => sum + at(x, i) * at(x, j), 0)),
    rows.reduce((sum, { x, gas }) => sum + at(x, i) * gas, 0),
  ]);
  equations.forEach((equation, i) => {
    equation[i] = at(equation, i) + RIDGE;
  });
  const [constant = 0, ...slopes] = solve(equations);
  return { constant, perItem: Object.fromEntries(names.map((name, i) => [name, slopes[i] as number])) };
}

/** The gas that a fit gives for some items. */
export function fitted({ constant, perItem }: LinearFit, items: Items): number {
  return Object.entries(perItem).reduce((sum, [name, slope]) => sum + slope * (items[name] ?? 0), constant);
}

/** The value that a share of the sorted values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1);
  return at(sorted, Math.max(0, place));
}

/** Gaussian elimination with pivoting; the last column is the right-hand side. */
function solve(equations: number[][]): number[] {
  const size = equations.length;
  for (let column = 0; column < size; column++) {
    const pivot = equations.reduce(
      (best, equation, row) =>
        row > column && Math.abs(at(equation, column)) > Math.abs(cell(equations, best, column)) ? row : best,
      column,
    );
    [equations[column], equations[pivot]] = [equations[pivot] as number[], equations[column] as number[]];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = cell(equations, row, column) / cell(equations, column, column);
      for (let k = column; k <= size; k++) {
        (equations[row] as number[])[k] = cell(equations, row, k) - factor * cell(equations, column, k);
      }
    }
  }
  return equations.map((equation, i) => at(equation, size) / at(equation, i));
}

const at = (row: readonly number[], index: number) => row[index] as number;
const cell = (rows: readonly number[][], row: number, column: number) => at(rows[row] as number[], column);
