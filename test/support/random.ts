/** A source of chance that gives the same again for the same seed. */
export interface Chance {
  readonly seed: number;
  /** From 0 to 1, without 1. */
  next(): number;
  /** A whole number from 0 to before `below`. */
  below(below: number): number;
}

/** @param seed LUCID_FAULT_SEED, to replay a run; by default a new one, which the test prints */
export function chance(seed = Number(process.env.LUCID_FAULT_SEED ?? Date.now() % 2 ** 31)): Chance {
  let state = seed >>> 0;
  // mulberry32: small, and good enough to pick moments.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, next, below: (below) => Math.floor(next() * below) };
}

/** How often a fault is made: LUCID_FAULT_ROUNDS, or as often as a quick run has time for. */
export const faultRounds = (quick: number): number => Number(process.env.LUCID_FAULT_ROUNDS ?? quick);
