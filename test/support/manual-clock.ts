import type { Clock } from "../../offchain/consensus/node/clock.ts";
import type { Store } from "../../offchain/store/store.ts";

/** A clock that goes on when a test says so, for a node and for its store alike. */
export class ManualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<() => void>();

  /** @param now Unix milliseconds */
  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  set(now: number): void {
    this.#now = now;
    for (const wake of [...this.#sleepers]) wake();
  }

  async sleepUntil(timeMs: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const wake = () => {
        if (!signal?.aborted && this.#now < timeMs) return;
        this.#sleepers.delete(wake);
        if (signal?.aborted) reject(signal.reason);
        else resolve();
      };
      this.#sleepers.add(wake);
      signal?.addEventListener("abort", wake);
      wake();
    });
  }

  /** Lets a store of SQLite stamp and compare by this clock, which it asks where it would ask SQLite. */
  runs({ engine }: Store): void {
    (engine as unknown as { readClock: () => number }).readClock = () => this.#now;
  }
}
