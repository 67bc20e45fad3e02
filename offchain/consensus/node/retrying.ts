import { LucidError } from "../../errors.ts";
import { StoreError } from "../../store/errors.ts";
import { ConsensusError } from "../errors.ts";
import type { Clock } from "./clock.ts";
import { isDisagreement } from "./is-disagreement.ts";
import type { NodeEvent } from "./node-event.ts";

/** What is tried, and for how long. */
export interface Attempt {
  /** What is done, in the words of the log. */
  readonly action: string;
  readonly slot: number;
  /** Unix milliseconds after which it is not begun again. */
  readonly until: number;
  readonly signal: AbortSignal;
}

export interface RetryingModules {
  readonly clock: Clock;
  readonly onEvent: (event: NodeEvent) => void;
  /** Told of what this node and others conclude differently. */
  readonly onDisagreement: (slot: number, error: LucidError) => void;
}

/** Short at first: a candidate has 5 s. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Tries again what a store or a chain that does not answer made fail. What it fails with is told; a fault of the program
 * is thrown on.
 */
export class Retrying {
  readonly #modules: RetryingModules;

  constructor(modules: RetryingModules) {
    this.#modules = modules;
  }

  /**
   * @returns undefined where it did not succeed in time, or never can
   * @throws the signal's reason, and what is not a LucidError
   */
  async run<Result>(
    { action, slot, until, signal }: Attempt,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    const { clock, onEvent, onDisagreement } = this.#modules;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      signal.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof LucidError)) throw error;
        if (isDisagreement(error)) {
          onDisagreement(slot, error);
          return undefined;
        }
        if (isTooEarly(error)) pause = FIRST_PAUSE_MS / 2;
        else onEvent({ kind: "failed", action, slot, error });
        if (isForGood(error) || clock.now() + pause >= until) return undefined;
      }
      await clock.sleepUntil(clock.now() + pause, signal);
    }
  }
}

/** Another document is under the key, and stays there. */
const isForGood = (error: LucidError) => error instanceof StoreError && error.code === "STORE_CONFLICT";

/** What is asked for comes with time, and nothing is wrong. */
const isTooEarly = (error: LucidError) =>
  error instanceof ConsensusError && (error.code === "SLOT_STILL_OPEN" || error.code === "SLOT_HEAD_UNKNOWN");
