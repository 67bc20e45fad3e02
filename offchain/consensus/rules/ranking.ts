import type { Contender } from "./contender.ts";

/** What put a contender behind the one before it. */
export type PlacedBy = "last-won" | "credits" | "output" | "no-output" | "seed-hash";

/** Negative where `a` comes before `b`, and what decided it. */
interface Comparison {
  readonly order: number;
  readonly by: PlacedBy;
}

export type Compare = (a: Contender, b: Contender) => Comparison;

/**
 * The ranking: more credits first; equals by VRF output, lowest first; equals without an output after those, by
 * seedHash. No two entities are equal: a keccak256 collision aside, ids differ.
 */
export function compareByRank(a: Contender, b: Contender): Comparison {
  if (a.credits !== b.credits) return { order: b.credits - a.credits, by: "credits" };
  if (a.output === undefined && b.output === undefined) return compareBySeedHash(a, b);
  if (a.output === undefined || b.output === undefined) {
    return { order: a.output === undefined ? 1 : -1, by: "no-output" };
  }
  if (a.output === b.output) return compareBySeedHash(a, b);
  return { order: a.output < b.output ? -1 : 1, by: "output" };
}

/** The order of emergency steps 1 and 2: those who never won first, then who won longest ago; equals as ranked. */
export function compareByLastWon(a: Contender, b: Contender): Comparison {
  const [wonA, wonB] = [a.lastWon ?? -Infinity, b.lastWon ?? -Infinity];
  return wonA === wonB ? compareByRank(a, b) : { order: wonA < wonB ? -1 : 1, by: "last-won" };
}

/** The order of emergency step 3. */
export function compareBySeedHash(a: Contender, b: Contender): Comparison {
  const order = a.seedHash() < b.seedHash() ? -1 : Number(a.seedHash() !== b.seedHash());
  return { order, by: "seed-hash" };
}
