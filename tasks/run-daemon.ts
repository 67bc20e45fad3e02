/** The signals that stop a process: from Ctrl-C, a service manager, a terminal that closes. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
type SignalName = keyof typeof SIGNALS;

/** The exit code for a signal: 128 plus its number, as in shells. */
const EXIT_CODE_BASE = 128;

/** Why a process is ending: the reason of the signal that {@link runDaemon} gives to its work. */
export class Interruption {
  readonly signal: SignalName;

  constructor(signal: SignalName) {
    this.signal = signal;
  }

  get exitCode(): number {
    return EXIT_CODE_BASE + SIGNALS[this.signal];
  }
}

/**
 * Runs work that ends by a signal: a daemon, or a task that somebody stops. The first of these signals aborts `signal`,
 * and the work ends after its current step; a second one ends the process at once, as it would by default.
 */
export async function runDaemon<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const names = Object.keys(SIGNALS) as SignalName[];
  const stopListening = () => {
    for (const name of names) process.removeListener(name, interrupt);
  };
  function interrupt(name: SignalName) {
    stopListening();
    controller.abort(new Interruption(name));
  }
  for (const name of names) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
  }
}
