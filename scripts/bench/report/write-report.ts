import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type BenchRecord, readRecord } from "../run/records.ts";
import { composeReport, PLOT_FOLDER } from "./document.ts";
import { renderSvg } from "./spec/render-svg.ts";
import { SUBJECTS } from "./subjects.ts";

const ROOT = join(import.meta.dirname, "../../..");
const DOCS = join(ROOT, "docs");

/** Every benchmark's last run, by name. */
export function readRecords(): Map<string, BenchRecord> {
  return new Map(
    SUBJECTS.flatMap(({ benchmark }): [string, BenchRecord][] => {
      const record = readRecord(benchmark);
      return record === undefined ? [] : [[benchmark, record]];
    }),
  );
}

/**
 * Writes `docs/benchmarks.md` and its plots from the kept measurements; plots that nothing shows any more are removed.
 *
 * @returns the document's path, from the repository's root, and why plots are missing
 */
export async function writeReport(
  records: ReadonlyMap<string, BenchRecord>,
): Promise<{ readonly path: string; readonly failures: readonly string[] }> {
  const { text, plots, failures } = composeReport(records);
  // All are drawn before the first is written: a plot that cannot be drawn leaves the old ones.
  const drawn = await Promise.all(plots.map(async (plot) => ({ plot, svg: await renderSvg(plot) })));
  const folder = join(DOCS, PLOT_FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { plot, svg } of drawn) writeFileSync(join(folder, `${plot.name}.svg`), svg);
  const path = join(DOCS, "benchmarks.md");
  writeFileSync(path, text);
  return { path: relative(ROOT, path), failures };
}
