import { setTimeout as sleep } from "node:timers/promises";

/** What tells whether work is under way. */
export interface Activity {
  /** Grows with everything that is done. */
  readonly count: () => number;
  /** Whether something is known to be under way, e.g. a request that is not answered. */
  readonly isBusy: () => boolean | Promise<boolean>;
}

/** Turns of the event loop in which nothing happened. Between two steps of one piece of work there are fewer. */
const QUIET_TURNS = 3;
const TURN_MS = 1;

/**
 * Waits until nothing is under way in this process but waiting: a simulated clock may go on then, and nobody is late
 * because the machine is slow.
 */
export async function untilQuiet({ count, isBusy }: Activity): Promise<void> {
  let before = count();
  for (let quiet = 0; quiet < QUIET_TURNS; ) {
    await sleep(TURN_MS);
    const now = count();
    quiet = now !== before || areFilesRead() || (await isBusy()) ? 0 : quiet + 1;
    before = now;
  }
}

const areFilesRead = () =>
  process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq") || name === "FileHandleCloseReq");
