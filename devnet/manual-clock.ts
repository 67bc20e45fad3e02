import type { Clock } from "../offchain/consensus/node/clock.ts";
import type { Store } from "../offchain/store/store.ts";

/** A clock that goes on when it is told to, for nodes, for their store and for a chain in this process alike. */
export class ManualClock implements Clock {
  #now: number;
  /** What wakes each sleeper, and when: Unix milliseconds. */
  readonly #sleepers = new Map<() => void, number>();

  /** @param now Unix milliseconds */
  constructor(now: number) {
    this.#now = now;
  }

  /** When the next sleeper wakes, in Unix milliseconds; undefined where nobody sleeps. */
  get nextWake(): number | undefined {
    return this.#sleepers.size === 0 ? undefined : Math.min(...this.#sleepers.values());
  }

  now(): number {
    return this.#now;
  }

  set(now: number): void {
    this.#now = now;
    for (const wake of [...this.#sleepers.keys()]) wake();
  }

  async sleepUntil(timeMs: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const wake = () => {
        if (!signal?.aborted && this.#now < timeMs) return;
        this.#sleepers.delete(wake);
        signal?.removeEventListener("abort", wake);
        if (signal?.aborted) reject(signal.reason);
        else resolve();
      };
      this.#sleepers.set(wake, timeMs);
      signal?.addEventListener("abort", wake);
      wake();
    });
  }

  /** Lets a store of SQLite stamp and compare by this clock, which it asks where it would ask SQLite. */
  runs({ engine }: Store): void {
    (engine as unknown as { readClock: () => number }).readClock = () => this.#now;
  }
}
