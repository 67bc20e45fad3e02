import { setTimeout as sleep } from "node:timers/promises";

/** The clock of whoever runs a node: everything that waits in one is given it. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /**
   * Resolves at a time, or at once where it is over.
   *
   * @param timeMs Unix milliseconds
   * @throws the signal's reason where it is aborted
   */
  sleepUntil(timeMs: number, signal?: AbortSignal): Promise<void>;
}

/** A machine that was suspended, or whose clock was set, is noticed within this time. */
const LONGEST_SLEEP_MS = 1_000;

/** The clock of this machine. */
export const machineClock: Clock = {
  now: Date.now,
  sleepUntil: async (timeMs, signal) => {
    signal?.throwIfAborted();
    for (;;) {
      const left = timeMs - Date.now();
      if (left <= 0) return;
      await rejectingWithReason(
        sleep(Math.min(left, LONGEST_SLEEP_MS), undefined, signal && { signal }),
        signal,
      );
    }
  },
};

/** Timers reject with an error of their own; what counts is why the signal was aborted. */
async function rejectingWithReason(waiting: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  try {
    await waiting;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
