/** The clock of whoever pays: everything that waits in payouts is given it. */
export interface PayoutClock {
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
