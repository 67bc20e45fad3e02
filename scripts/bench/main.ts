/**
 * `npm run bench -- NAME [--json FILE]`: runs `scripts/bench/NAME.ts`, whose `measure()` gives a Measurement,
 * prints it as a table and, with --json, writes the figures for machines.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { formatTable } from "../../tasks/table.ts";
import { type Figure, type Measurement, reachesGoal } from "./figure.ts";

/** A table that a mail or a page of documentation shows whole. */
const MAX_COLUMNS = 100;
const NOT_BENCHMARKS = new Set(["main.ts", "figure.ts"]);

function benchmarkNames(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".ts") && !NOT_BENCHMARKS.has(file))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}

function printMeasurement({ conditions, figures }: Measurement): void {
  for (const [name, value] of Object.entries(conditions)) console.log(`${name}: ${value}`);
  const hasEnergy = figures.some(({ energy }) => energy !== undefined);
  const rows = figures.map((figure) => ({
    figure: figure.figure,
    value: Number(figure.value.toPrecision(6)),
    unit: figure.unit,
    ...(hasEnergy && { energy: energyText(figure) }),
    goal: goalText(figure),
    reached: { true: "yes", false: "NO", undefined: "" }[String(reachesGoal(figure))],
  }));
  for (const line of formatTable(rows, MAX_COLUMNS)) console.log(line);
  for (const { figure, unit, beside } of figures) {
    for (const [peer, value] of Object.entries(beside)) {
      console.log(`  beside ${figure}: ${Number(value.toPrecision(5))} ${unit}  ${peer}`);
    }
  }
}

function energyText({ energy }: Figure): string {
  return energy === undefined ? "" : `${Number(energy.toPrecision(6))}`;
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
  const figures = measurement.figures.map(({ figure, value, unit, energy, beside }) => ({
    figure,
    value,
    unit,
    ...(energy !== undefined && { energy }),
    beside,
  }));
  writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
}
if (measurement.figures.some((figure) => reachesGoal(figure) === false)) process.exitCode = 1;
