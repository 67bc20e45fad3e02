/** What is remembered of a circuit breaker between two calls. */
export interface Breaker {
  /** Failures in a row. */
  readonly failures: number;
  /** Unix milliseconds of the failure that opened it; undefined while it is closed. */
  readonly openedAt: number | undefined;
}

export interface BreakerPolicy {
  /** Failures in a row that open it. */
  readonly failuresToOpen: number;
  /** Until one call is let through again. */
  readonly cooldownMs: number;
}

export type BreakerPhase = "closed" | "open" | "half-open";

/** Closed lets calls through, open refuses them, half-open lets one through to try. */
export function phaseOf({ openedAt }: Breaker, { cooldownMs }: BreakerPolicy, now: number): BreakerPhase {
  if (openedAt === undefined) return "closed";
  return now - openedAt >= cooldownMs ? "half-open" : "open";
}

/** A call that succeeds closes it; earlier failures are forgotten. */
export const CLOSED: Breaker = { failures: 0, openedAt: undefined };

/** The state after a failed call: a half-open breaker opens again at once, a closed one after as many as the policy says. */
export function afterFailure(before: Breaker, policy: BreakerPolicy, now: number): Breaker {
  const failures = before.failures + 1;
  const opens = before.openedAt !== undefined || failures >= policy.failuresToOpen;
  return { failures, openedAt: opens ? now : undefined };
}
