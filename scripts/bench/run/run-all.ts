import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { reachesGoal } from "../figure.ts";
import { beginRun } from "./begin-run.ts";
import { type BenchRecord, dropRecord, isMeasured, keepRecord, RECORDS, readRecord } from "./records.ts";

const MAIN = join(import.meta.dirname, "../main.ts");

interface RunOptions {
  /** What is run with the name of a benchmark, and keeps its record. @default main.ts */
  readonly script?: string;
  /** Where records are kept. @default cache/bench */
  readonly folder?: string;
}

/**
 * Runs benchmarks one after the other, each in a process of its own, so that the memory and the compiled code of one do not
 * change the next. One that fails does not stop the others.
 */
export async function runAll(
  benchmarks: readonly string[],
  { script = MAIN, folder = RECORDS }: RunOptions = {},
): Promise<BenchRecord[]> {
  const records: BenchRecord[] = [];
  for (const [place, benchmark] of benchmarks.entries()) {
    console.log(`\n# ${benchmark} (${place + 1} of ${benchmarks.length})`);
    records.push(await runOne(benchmark, script, folder));
  }
  return records;
}

/** The process keeps its own record; one that was killed cannot. */
async function runOne(benchmark: string, script: string, folder: string): Promise<BenchRecord> {
  dropRecord(benchmark, folder);
  const run = beginRun(benchmark);
  const child = spawn(process.execPath, [...process.execArgv, script, benchmark], { stdio: "inherit" });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  const kept = readRecord(benchmark, folder);
  if (kept !== undefined) return kept;
  const failure = `the process ended with ${signal ?? `exit code ${code}`}, and measured nothing`;
  const record: BenchRecord = { ...run(), failure };
  keepRecord(record, folder);
  return record;
}

/** What somebody who comes back to the terminal has to know: what failed, and which goals were missed. */
export function summaryLines(records: readonly BenchRecord[]): string[] {
  const failed = records.flatMap((record) =>
    isMeasured(record) ? [] : [`FAILED: ${record.benchmark}: ${record.failure}`],
  );
  const missed = records
    .filter(isMeasured)
    .flatMap(({ measurement }) => measurement.figures)
    .filter((figure) => reachesGoal(figure) === false)
    .map(({ figure, value }) => `goal missed: ${figure} is ${Number(value.toPrecision(6))}`);
  return [...failed, ...missed];
}
