/**
 * `npm run bench [-- --json FILE]`: runs every benchmark, each in a process of its own, and writes `docs/benchmarks.md`.
 * `npm run bench -- NAME [--json FILE]`: runs `scripts/bench/NAME.ts`, whose `measure()` gives a Measurement, prints it as a
 * table and, with --json, writes the figures for machines.
 * `npm run bench -- --report [--json FILE]`: writes the document from the last measurements, without measuring.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Figure } from "./figure.ts";
import { readRecords, writeReport } from "./report/write-report.ts";
import { benchmarkNames } from "./run/benchmark-names.ts";
import { isMeasured } from "./run/records.ts";
import { runAll, summaryLines } from "./run/run-all.ts";
import { runBenchmark } from "./run/run-benchmark.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, report: { type: "boolean" } },
});
const [name, ...more] = positionals;
const isKnown = name === undefined || (benchmarkNames().includes(name) && values.report === undefined);
if (!isKnown || more.length > 0) {
  console.error(
    `usage: npm run bench -- [NAME | --report] [--json FILE], NAME one of: ${benchmarkNames().join(", ")}`,
  );
  process.exit(2);
}

if (name !== undefined) {
  const { measurement, isReached } = await runBenchmark(name);
  writeJson(measurement.figures);
  if (!isReached) process.exitCode = 1;
} else {
  if (values.report === undefined) await runAll(benchmarkNames());
  const records = readRecords();
  const { path, failures } = await writeReport(records);
  const summary = [...summaryLines([...records.values()]), ...failures.map((one) => `WITHOUT PLOTS: ${one}`)];
  console.log(["", ...summary, `written: ${path}`].join("\n"));
  writeJson([...records.values()].filter(isMeasured).flatMap(({ measurement }) => measurement.figures));
  if (summary.length > 0) process.exitCode = 1;
}

function writeJson(figures: readonly Figure[]): void {
  if (values.json === undefined) return;
  const rows = figures.map(({ figure, value, unit, energy, beside }) => ({
    figure,
    value,
    unit,
    ...(energy !== undefined && { energy }),
    beside,
  }));
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
