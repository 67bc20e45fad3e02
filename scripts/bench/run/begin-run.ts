import { environment } from "./environment.ts";
import type { Run } from "./records.ts";

const SECOND_MS = 1_000;

/** Notes when and where a benchmark begins. @returns says how long it has run, whenever it is asked */
export function beginRun(benchmark: string): () => Run {
  const startedAt = new Date();
  const before = environment();
  return () => ({
    benchmark,
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / SECOND_MS,
    environment: before,
  });
}
