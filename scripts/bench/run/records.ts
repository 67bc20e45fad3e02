import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Measurement } from "../figure.ts";
import type { Environment } from "./environment.ts";

/** Git ignores it: measurements are of a machine; what is committed is the document made from them. */
export const RECORDS = join(import.meta.dirname, "../../../cache/bench");

/** A run of a benchmark. */
export interface Run {
  readonly benchmark: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly environment: Environment;
}

export type MeasuredRecord = Run & { readonly measurement: Measurement };
export type FailedRecord = Run & { readonly failure: string };
/** A benchmark's last run: what it measured, where and when, or why it measured nothing. */
export type BenchRecord = MeasuredRecord | FailedRecord;

const goal = z.union([z.strictObject({ atMost: z.number() }), z.strictObject({ atLeast: z.number() })]);
const figure = z.strictObject({
  figure: z.string(),
  value: z.number(),
  unit: z.string(),
  energy: z.exactOptional(z.number()),
  beside: z.record(z.string(), z.number()),
  goal: z.exactOptional(goal),
});
const environment = z.strictObject({
  machine: z.strictObject({ cpu: z.string(), cores: z.number(), memoryGB: z.number(), system: z.string() }),
  versions: z.record(z.string(), z.string()),
  load: z.number(),
  commit: z.string(),
});
const run = { benchmark: z.string(), startedAt: z.iso.datetime(), seconds: z.number(), environment };
const measurement = z.strictObject({
  conditions: z.record(z.string(), z.string()),
  figures: z.array(figure),
});
const schema: z.ZodType<BenchRecord> = z.union([
  z.strictObject({ ...run, measurement }),
  z.strictObject({ ...run, failure: z.string() }),
]);

export const isMeasured = (record: BenchRecord): record is MeasuredRecord => "measurement" in record;

const pathOf = (folder: string, benchmark: string) => join(folder, `${benchmark}.json`);

/** Replaces the record of the benchmark's run before. */
export function keepRecord(record: BenchRecord, folder = RECORDS): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(pathOf(folder, record.benchmark), `${JSON.stringify(schema.parse(record), null, 2)}\n`);
}

export function dropRecord(benchmark: string, folder = RECORDS): void {
  rmSync(pathOf(folder, benchmark), { force: true });
}

/**
 * @returns undefined where the benchmark has not been run
 * @throws where the file is not what `keepRecord` writes: the benchmark has to be run again
 */
export function readRecord(benchmark: string, folder = RECORDS): BenchRecord | undefined {
  const path = pathOf(folder, benchmark);
  if (!existsSync(path)) return undefined;
  const parsed = schema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (parsed.success) return parsed.data;
  const reason = z.prettifyError(parsed.error);
  throw new Error(`${path} is not a measurement; run npm run bench -- ${benchmark} again:\n${reason}`);
}
