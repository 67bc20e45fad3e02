import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { EvmError } from "../errors.ts";

const breakerState = z.strictObject({
  /** The limit that it was watched against: another one is a new beginning. */
  limit: z.string(),
  /** What tripped it last. */
  value: z.string(),
  /** How often it tripped, ever. */
  trips: z.int().nonnegative(),
  /** Failures in a row. */
  failures: z.int().nonnegative(),
  /** Unix milliseconds; absent while it is closed. */
  openedAt: z.number().optional(),
});
const fileSchema = z.record(z.string(), breakerState);

export type BreakerState = z.infer<typeof breakerState>;

/**
 * Which breakers are open, in a small file: written whole and renamed, so a kill leaves the old or the new state.
 *
 * A file and no collection, because it must be readable and writable when nothing else is, and belongs to this
 * machine: an endpoint that is dead for one is alive for the next. What was spent is not in it; that is derived from
 * the saved transactions.
 */
export class BreakerFile {
  readonly #path: string | undefined;
  readonly #states: Record<string, BreakerState>;

  /** @throws {EvmError} BREAKER_STATE_CORRUPT */
  constructor(path: string | undefined) {
    this.#path = path;
    this.#states = path === undefined ? {} : read(path);
  }

  get(key: string): BreakerState | undefined {
    return this.#states[key];
  }

  put(key: string, state: BreakerState): void {
    const before = this.#states[key];
    const isUntouched = before === undefined && state.trips === 0 && state.failures === 0;
    // Reading commands write nothing: most runs never see a breaker move.
    if (isUntouched || JSON.stringify(before) === JSON.stringify(state)) return;
    this.#states[key] = state;
    if (this.#path === undefined) return;
    mkdirSync(dirname(this.#path), { recursive: true });
    // Another process may have tripped another breaker since.
    writeFileAtomic.sync(this.#path, `${JSON.stringify({ ...read(this.#path), [key]: state })}\n`);
  }
}

function read(path: string): Record<string, BreakerState> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll("\n", " ") : "it is not JSON";
    throw new EvmError({ code: "BREAKER_STATE_CORRUPT", file: path, reason }, { cause });
  }
}
