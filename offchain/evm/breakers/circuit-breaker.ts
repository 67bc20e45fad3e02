import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from "cockatiel";
import type { Logger } from "../../logger.ts";
import { type BreakerName, EvmError } from "../errors.ts";
import type { BreakerFile, BreakerState } from "./breaker-file.ts";

export interface CircuitBreakerOptions {
  readonly name: BreakerName;
  /** Above it, or for `rpc` at that many failures in a row, the breaker trips. */
  readonly limit: bigint;
  readonly unit: string;
  readonly setting: string;
  /** Until one call is let through again. */
  readonly cooldownMs: number;
}

export interface CircuitBreakerModules {
  readonly file: BreakerFile;
  readonly logger: Logger;
}

/** What a breaker says of itself. */
export interface BreakerReport {
  readonly breaker: BreakerName;
  readonly state: "closed" | "open" | "half-open";
  readonly limit: string;
  readonly trips: number;
}

/** What went over the limit; only this makes a breaker trip, other errors pass through it. */
class OverLimit extends Error {
  readonly value: bigint;
  constructor(value: bigint, options?: ErrorOptions) {
    super("over the limit", options);
    this.value = value;
  }
}

/**
 * One circuit breaker: closed until a value goes over its limit, then open, after the cool-down half-open for one
 * try, which closes or opens it again. Its state is on disk before the caller hears of it.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  readonly #modules: CircuitBreakerModules;
  readonly #policy: CircuitBreakerPolicy;
  #trips: number;
  #value: bigint;

  constructor(options: CircuitBreakerOptions, modules: CircuitBreakerModules, failuresToTrip = 1) {
    this.#options = options;
    this.#modules = modules;
    const saved = modules.file.get(options.name);
    // An operator who changed the limit has decided: the breaker that guarded the old one is gone.
    const standing = saved?.limit === String(options.limit) ? saved : undefined;
    this.#trips = saved?.trips ?? 0;
    this.#value = BigInt(standing?.value ?? 0);
    this.#policy = circuitBreaker(
      handleWhen((error) => error instanceof OverLimit),
      {
        breaker: new ConsecutiveBreaker(failuresToTrip),
        halfOpenAfter: options.cooldownMs,
        ...(standing && { initialState: standing.policy }),
      },
    );
    this.#policy.onBreak((reason) => this.#tripped(reason));
  }

  /**
   * Lets a value pass, or trips.
   *
   * @throws {EvmError} BREAKER_TRIPPED when the value is above the limit, BREAKER_OPEN while the breaker is open
   */
  async admit(value: bigint): Promise<void> {
    await this.#execute(() => {
      if (value > this.#options.limit) throw new OverLimit(value);
      return Promise.resolve();
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
        throw isFailure(error) ? new OverLimit(this.#options.limit, { cause: error }) : error;
      }
    });
  }

  get report(): BreakerReport {
    const state = ({ [CircuitState.Open]: "open", [CircuitState.HalfOpen]: "half-open" } as const)[
      this.#policy.state as CircuitState.Open | CircuitState.HalfOpen
    ];
    const { name, limit } = this.#options;
    return { breaker: name, state: state ?? "closed", limit: String(limit), trips: this.#trips };
  }

  async #execute<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.#policy.execute(attempt);
    } catch (error) {
      if (error instanceof BrokenCircuitError) {
        throw new EvmError({ code: "BREAKER_OPEN", ...this.#details() }, { cause: error });
      }
      if (!(error instanceof OverLimit)) throw error;
      if (error.cause !== undefined) throw error.cause;
      throw new EvmError({ code: "BREAKER_TRIPPED", ...this.#details() });
    } finally {
      this.#modules.file.put(this.#options.name, this.#toState());
    }
  }

  #tripped(reason: object): void {
    if ("error" in reason && reason.error instanceof OverLimit) this.#value = reason.error.value;
    this.#trips += 1;
    this.#modules.logger.warn({ ...this.#details(), trips: this.#trips }, "circuit breaker tripped");
  }

  #details() {
    const { name, limit, unit, setting, cooldownMs } = this.#options;
    const openedAt = this.#toState().policy.ownState.openedAt ?? Date.now();
    return {
      breaker: name,
      limit: String(limit),
      value: String(this.#value),
      unit,
      setting,
      triesAgainAt: new Date(openedAt + cooldownMs).toISOString(),
    };
  }

  #toState(): BreakerState {
    const policy = this.#policy.toJSON() as BreakerState["policy"];
    return {
      limit: String(this.#options.limit),
      value: String(this.#value),
      trips: this.#trips,
      policy: structuredClone(policy),
    };
  }
}
