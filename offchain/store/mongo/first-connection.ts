import type { MongoClient, ServerHeartbeatFailedEvent } from "mongodb";
import { StoreError } from "../errors.ts";

/**
 * How long the first connection may take. Later connections wait for an election (client-options.ts); at the start, a
 * server that does not answer is most likely not running, and the operator should be told soon.
 */
export const FIRST_CONNECTION_TIMEOUT_MS = 5_000;
/** After this time the caller is told that it is waiting. */
const WAITING_AFTER_MS = 1_000;

/** Called once, with the server's location, when it has not answered for a second. */
export type OnWaiting = (location: string) => void;

interface FirstConnection {
  readonly location: string;
  /** Undefined: the driver's own, which the connection string sets. */
  readonly timeoutMs: number | undefined;
  readonly onWaiting?: OnWaiting | undefined;
}

/** @throws {StoreError} STORE_UNREACHABLE, and what the driver throws */
export async function connectFirst(
  client: MongoClient,
  { location, timeoutMs, onWaiting }: FirstConnection,
): Promise<void> {
  let lastFailure: Error | undefined;
  const noteFailure = ({ failure }: ServerHeartbeatFailedEvent) => {
    lastFailure = failure;
  };
  client.on("serverHeartbeatFailed", noteFailure);
  const waiting = onWaiting && setTimeout(() => onWaiting(location), WAITING_AFTER_MS);
  let deadline: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    if (timeoutMs === undefined) return;
    deadline = setTimeout(() => {
      const reason = `no MongoDB server answered within ${timeoutMs / 1_000} s`;
      const cause = lastFailure && { cause: lastFailure };
      const shown = lastFailure === undefined ? reason : `${reason} (${lastFailure.message})`;
      reject(new StoreError({ code: "STORE_UNREACHABLE", location, reason: shown }, cause));
    }, timeoutMs);
  });
  const connecting = client.connect();
  // Closing the client after the deadline ends it with an error that nobody waits for.
  connecting.catch(() => undefined);
  try {
    await Promise.race([connecting, tooLate]);
  } finally {
    clearTimeout(waiting);
    clearTimeout(deadline);
    client.off("serverHeartbeatFailed", noteFailure);
  }
}
