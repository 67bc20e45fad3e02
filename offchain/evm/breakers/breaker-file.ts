import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import type { Logger } from "../../logger.ts";
import { parseJsonAs } from "../../parse-json-as.ts";
import { EvmError } from "../errors.ts";

const amount = z.string().regex(/^\d+$/, "expected decimal digits");
const breakerState = z.strictObject({
  /** The limit to which the state belongs: with another limit the state is discarded. */
  limit: amount,
  /** What tripped it last. */
  value: amount,
  /** How often it tripped, ever. */
  trips: z.int().nonnegative(),
  /** Failures in a row. */
  failures: z.int().nonnegative(),
  /** Unix milliseconds; absent while it is closed. */
  openedAt: z.number().optional(),
});
const fileSchema = z.record(z.string(), z.unknown());

export type BreakerState = z.infer<typeof breakerState>;

/**
 * Which breakers are open, in a small file: written whole and renamed, so a kill leaves the old or the new state.
 *
 * A file and not a collection, because it must be readable and writable when nothing else is, and because it belongs to
 * this machine: an endpoint that one machine cannot reach may answer another. Spending is not in it; that is derived from
 * the saved transactions.
 *
 * So losing a state cannot lead to overspending. Its breaker starts closed, checks the next call against the limit and the
 * recorded spending, and trips again if it must; only the rest of a cool-down and the number of trips are lost. That is
 * why a state of another form, which another version wrote, is ignored instead of stopping every command.
 */
export class BreakerFile {
  readonly #path: string | undefined;
  readonly #states: Record<string, BreakerState>;

  /** @throws {EvmError} BREAKER_STATE_CORRUPT */
  constructor(path: string | undefined, logger: Logger) {
    this.#path = path;
    const { states, ignored } = path === undefined ? NOTHING : read(path);
    this.#states = { ...states };
    if (ignored.length > 0) {
      const text =
        "circuit breaker states in a form that this version does not know: those breakers start closed";
      logger.warn({ file: path, breakers: ignored }, text);
    }
  }

  get(key: string): BreakerState | undefined {
    return this.#states[key];
  }

  put(key: string, state: BreakerState): void {
    const before = this.#states[key];
    const isUntouched = before === undefined && state.trips === 0 && state.failures === 0;
    // Nothing is written unless a state changes: most runs never see that.
    if (isUntouched || JSON.stringify(before) === JSON.stringify(state)) return;
    this.#states[key] = state;
    if (this.#path === undefined) return;
    mkdirSync(dirname(this.#path), { recursive: true });
    // Another process may have tripped another breaker since.
    const { states } = read(this.#path);
    writeFileAtomic.sync(this.#path, `${JSON.stringify({ ...states, [key]: state })}\n`);
  }
}

interface ReadStates {
  readonly states: Readonly<Record<string, BreakerState>>;
  /** Keys of the states that have another form. */
  readonly ignored: readonly string[];
}

const NOTHING: ReadStates = { states: {}, ignored: [] };

/** @throws {EvmError} BREAKER_STATE_CORRUPT where the file is not one of breakers at all: it is somebody else's, and kept. */
function read(path: string): ReadStates {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return NOTHING;
    throw error;
  }
  const file = parseJsonAs(fileSchema, text);
  if ("reason" in file) {
    const { reason, cause } = file;
    throw new EvmError({ code: "BREAKER_STATE_CORRUPT", file: path, reason }, { cause });
  }
  const states: Record<string, BreakerState> = {};
  const ignored: string[] = [];
  for (const [key, held] of Object.entries(file.value)) {
    const state = breakerState.safeParse(held);
    if (state.success) states[key] = state.data;
    else ignored.push(key);
  }
  return { states, ignored };
}
