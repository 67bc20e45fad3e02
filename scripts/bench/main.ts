/**
 * `npm run bench -- NAME [--json FILE]`: runs `scripts/bench/NAME.ts`, whose `measure()` gives a Measurement,
 * prints it as a table and, with --json, writes the figures for machines.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Figure, type Measurement, reachesGoal } from "./figure.ts";

const NOT_BENCHMARKS = new Set(["main.ts", "figure.ts"]);

function benchmarkNames(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".ts") && !NOT_BENCHMARKS.has(file))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}

function printMeasurement({ conditions, figures }: Measurement): void {
  for (const [name, value] of Object.entries(conditions)) console.log(`${name}: ${value}`);
  const rows = figures.map((figure) => ({
    figure: figure.figure,
    value: Number(figure.value.toPrecision(6)),
    unit: figure.unit,
    goal: goalText(figure),
    reached: { true: "yes", false: "NO", undefined: "" }[String(reachesGoal(figure))],
    beside: Object.entries(figure.beside)
      .map(([peer, value]) => `${peer} ${Number(value.toPrecision(5))}`)
      .join(", "),
  }));
  console.table(rows);
}

function goalText({ goal }: Figure): string {
  if (goal === undefined) return "";
  return "atMost" in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`;
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const [name] = positionals;
if (name === undefined || !benchmarkNames().includes(name)) {
  console.error(`usage: npm run bench -- NAME [--json FILE], NAME one of: ${benchmarkNames().join(", ")}`);
  process.exit(2);
}

const { measure } = (await import(`./${name}.ts`)) as { measure: () => Promise<Measurement> };
const measurement = await measure();
printMeasurement(measurement);
if (values.json !== undefined) {
  const figures = measurement.figures.map(({ figure, value, unit, beside }) => ({
    figure,
    value,
    unit,
    beside,
  }));
  writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
}
if (measurement.figures.some((figure) => reachesGoal(figure) === false)) process.exitCode = 1;
