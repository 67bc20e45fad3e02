import { type Measurement, reachesGoal } from "../figure.ts";
import { beginRun } from "./begin-run.ts";
import { printMeasurement } from "./print-measurement.ts";
import { keepRecord } from "./records.ts";

/**
 * Measures in this process, prints the table, and keeps what was measured, or why it could not be.
 *
 * @returns the measurement, and whether every goal was reached
 * @throws what the benchmark throws
 */
export async function runBenchmark(
  benchmark: string,
): Promise<{ readonly measurement: Measurement; readonly isReached: boolean }> {
  const run = beginRun(benchmark);
  try {
    const { measure } = (await import(`../${benchmark}.ts`)) as { measure: () => Promise<Measurement> };
    const measurement = await measure();
    printMeasurement(measurement);
    keepRecord({ ...run(), measurement });
    return { measurement, isReached: measurement.figures.every((figure) => reachesGoal(figure) !== false) };
  } catch (error) {
    keepRecord({ ...run(), failure: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}
