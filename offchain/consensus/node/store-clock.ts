import type { Clock } from "./clock.ts";

/** Measurements of which the one with the shortest answer counts: a slow answer says little about the time. */
const SAMPLES = 3;

/**
 * The store's clock, which decides everything, as this machine knows it: the machine's own clock and how far it is from
 * the store's, measured again and again.
 */
export class StoreClock implements Clock {
  readonly #machine: Clock;
  readonly #readStore: () => Promise<number>;
  #aheadMs = 0;

  /** @param readStore the store's time, Unix milliseconds */
  constructor(machine: Clock, readStore: () => Promise<number>) {
    this.#machine = machine;
    this.#readStore = readStore;
  }

  /** How far the store's clock is ahead of the machine's, as last measured. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  now(): number {
    return this.#machine.now() + this.#aheadMs;
  }

  sleepUntil(timeMs: number, signal?: AbortSignal): Promise<void> {
    return this.#machine.sleepUntil(timeMs - this.#aheadMs, signal);
  }

  /** @throws {StoreError} */
  async measure(): Promise<void> {
    let shortest = Number.POSITIVE_INFINITY;
    let aheadMs = this.#aheadMs;
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const asked = this.#machine.now();
      const store = await this.#readStore();
      const took = this.#machine.now() - asked;
      if (took < 0 || took >= shortest) continue;
      shortest = took;
      aheadMs = Math.round(store - (asked + took / 2));
    }
    this.#aheadMs = aheadMs;
  }
}
