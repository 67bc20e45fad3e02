/** What ends a task that somebody is watching: Ctrl-C, a service manager, a terminal that closes. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs work that has to clean up before the process ends. The first of these signals aborts `signal` and leaves the
 * ending to the work; a second one ends the process at once, as it would without us.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stopListening = () => {
    for (const name of SIGNALS) process.removeListener(name, interrupt);
  };
  function interrupt() {
    stopListening();
    controller.abort();
  }
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
  }
}
