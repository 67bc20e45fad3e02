import { readdirSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "..");
const NOT_BENCHMARKS = new Set(["main.ts", "figure.ts"]);

/** Every `scripts/bench/NAME.ts` that exports `measure()`, in the order of the alphabet. */
export function benchmarkNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".ts") && !NOT_BENCHMARKS.has(file))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}
