import { type Measurement, reachesGoal } from "../figure.ts";
import { environment } from "./environment.ts";
import { printMeasurement } from "./print-measurement.ts";
import { keepRecord } from "./records.ts";

const SECOND_MS = 1_000;

/**
 * Measures in this process, prints the table, and keeps what was measured, or why it could not be.
 *
 * @returns the measurement, and whether every goal was reached
 * @throws what the benchmark throws
 */
export async function runBenchmark(
  benchmark: string,
): Promise<{ readonly measurement: Measurement; readonly isReached: boolean }> {
  const startedAt = new Date();
  const before = environment();
  const run = () => ({
    benchmark,
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / SECOND_MS,
    environment: before,
  });
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
