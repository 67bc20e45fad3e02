import type { Logger } from "../../logger.ts";
import { type BreakerName, EvmError } from "../errors.ts";
import {
  afterFailure,
  type Breaker,
  type BreakerPhase,
  type BreakerPolicy,
  CLOSED,
  phaseOf,
} from "./breaker-decision.ts";
import type { BreakerFile } from "./breaker-file.ts";

export interface CircuitBreakerOptions {
  readonly name: BreakerName;
  /** The key of its state in the file. @default its name */
  readonly key?: string;
  /** Above it, or for `rpc` at that many failures in a row, the breaker trips. */
  readonly limit: bigint;
  readonly unit: string;
  readonly setting: string;
  /** Until one call is let through again. */
  readonly cooldownMs: number;
  /** Failures in a row that trip it. @default 1 */
  readonly failuresToOpen?: number;
  /** Lets one call through at the start, even if an earlier process left the breaker open. @default false */
  readonly probesFirst?: boolean;
}

export interface CircuitBreakerModules {
  readonly file: BreakerFile;
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What a breaker reports about itself. */
export interface BreakerReport {
  readonly breaker: BreakerName;
  readonly state: BreakerPhase;
  readonly limit: string;
  readonly trips: number;
}

/**
 * One circuit breaker: closed until a value goes over its limit, then open, after the cool-down half-open for one
 * try, which closes or opens it again. Its state is on disk before the caller gets the error. The decisions
 * are in breaker-decision.ts.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  readonly #modules: CircuitBreakerModules;
  readonly #policy: BreakerPolicy;
  readonly #key: string;
  #breaker: Breaker;
  #trips: number;
  #value: bigint;
  /** The one try of a breaker that is half-open, while it lasts. */
  #probe: Promise<unknown> | undefined;

  constructor(options: CircuitBreakerOptions, modules: CircuitBreakerModules) {
    const { name, key = name, limit, cooldownMs, failuresToOpen = 1, probesFirst = false } = options;
    this.#options = options;
    this.#modules = modules;
    this.#policy = { failuresToOpen, cooldownMs };
    this.#key = key;
    const saved = modules.file.get(key);
    // An operator who changed the limit has decided: the state that belongs to the old limit is discarded.
    const kept = saved?.limit === String(limit) ? saved : undefined;
    const openedAt =
      probesFirst && kept?.openedAt !== undefined ? modules.now() - cooldownMs : kept?.openedAt;
    this.#breaker = { failures: kept?.failures ?? 0, openedAt };
    this.#trips = saved?.trips ?? 0;
    this.#value = BigInt(kept?.value ?? 0);
  }

  /**
   * Lets a value pass, or trips.
   *
   * @throws {EvmError} BREAKER_TRIPPED when the value is above the limit, BREAKER_OPEN while the breaker is open
   */
  async admit(value: bigint): Promise<void> {
    await this.#execute(() => {
      if (value <= this.#options.limit) return Promise.resolve();
      this.#fail(value);
      throw new EvmError({ code: "BREAKER_TRIPPED", ...this.#details() });
    });
  }

  /**
   * Counts failures of something that may fail now and then.
   *
   * @param isFailure whether an error counts; others pass through uncounted
   * @throws {EvmError} BREAKER_OPEN while the breaker is open; else what `attempt` threw
   */
  async count<Answer>(
    attempt: () => Promise<Answer>,
    isFailure: (error: unknown) => boolean,
  ): Promise<Answer> {
    return await this.#execute(async () => {
      try {
        return await attempt();
      } catch (error) {
        if (isFailure(error)) this.#fail(this.#options.limit);
        throw error;
      }
    });
  }

  get report(): BreakerReport {
    const { name, limit } = this.#options;
    return { breaker: name, state: this.#phase, limit: String(limit), trips: this.#trips };
  }

  get #phase(): BreakerPhase {
    return phaseOf(this.#breaker, this.#policy, this.#modules.now());
  }

  async #execute<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
    // Calls that arrive during another call's probe wait for its outcome.
    while (this.#phase === "half-open" && this.#probe !== undefined) await this.#probe.catch(() => undefined);
    const phase = this.#phase;
    if (phase === "open") throw new EvmError({ code: "BREAKER_OPEN", ...this.#details() });
    const run = this.#run(attempt);
    if (phase === "half-open") this.#probe = run;
    try {
      return await run;
    } finally {
      if (this.#probe === run) this.#probe = undefined;
    }
  }

  async #run<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await attempt();
      // A call that began before the breaker opened does not close it.
      if (this.#phase !== "open") this.#breaker = CLOSED;
      return answer;
    } finally {
      this.#save();
    }
  }

  #fail(value: bigint): void {
    if (this.#phase === "open") return;
    this.#breaker = afterFailure(this.#breaker, this.#policy, this.#modules.now());
    if (this.#breaker.openedAt === undefined) return;
    this.#value = value;
    this.#trips += 1;
    this.#modules.logger.warn({ ...this.#details(), trips: this.#trips }, "circuit breaker tripped");
  }

  #details() {
    const { name, limit, unit, setting, cooldownMs } = this.#options;
    const openedAt = this.#breaker.openedAt ?? this.#modules.now();
    return {
      breaker: name,
      limit: String(limit),
      value: String(this.#value),
      unit,
      setting,
      triesAgainAt: new Date(openedAt + cooldownMs).toISOString(),
    };
  }

  #save(): void {
    const { failures, openedAt } = this.#breaker;
    this.#modules.file.put(this.#key, {
      limit: String(this.#options.limit),
      value: String(this.#value),
      trips: this.#trips,
      failures,
      ...(openedAt !== undefined && { openedAt }),
    });
  }
}
