import type { MongoClientOptions } from "mongodb";

/** How long a write may wait for a majority; a healthy set needs milliseconds, one that lost a member seconds. */
const WRITE_CONCERN_TIMEOUT_MS = 10_000;
/** How long to look for a primary: an election takes up to 12 s with MongoDB's default settings. */
const SERVER_SELECTION_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** The longest time without data from a server that is working; a tally over a full slot takes seconds. */
const SOCKET_TIMEOUT_MS = 120_000;
/** Connections of one process: more than its writes at a time, few enough for hundreds of nodes on one server. */
const MAX_CONNECTIONS = 20;
/** Idle connections are closed before load balancers cut them. */
const MAX_IDLE_MS = 60_000;

/** What makes writes durable and decisions safe; the connection string cannot weaken it. */
export const GUARANTEES = {
  writeConcern: { w: "majority", journal: true, wtimeoutMS: WRITE_CONCERN_TIMEOUT_MS },
  readConcern: { level: "majority" },
  readPreference: "primary",
  retryWrites: true,
  retryReads: true,
} as const satisfies MongoClientOptions;

/** What a connection string may override. */
const DEFAULTS: MongoClientOptions = {
  appName: "lucid",
  serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
  connectTimeoutMS: CONNECT_TIMEOUT_MS,
  socketTimeoutMS: SOCKET_TIMEOUT_MS,
  maxPoolSize: MAX_CONNECTIONS,
  maxIdleTimeMS: MAX_IDLE_MS,
  // Waiting longer for a connection than for a server would hide which of the two is the problem.
  waitQueueTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
};

/**
 * The driver's options. They override the connection string, so options that it sets and may set are left out.
 *
 * @param given names of the connection string's parameters
 */
export function clientOptions(given: Iterable<string>): MongoClientOptions {
  const names = new Set([...given].map((name) => name.toLowerCase()));
  const defaults = Object.entries(DEFAULTS).filter(([name]) => !names.has(name.toLowerCase()));
  // Amounts are Long, and a Long beyond 2^53 must not become a double.
  return { ...Object.fromEntries(defaults), ...GUARANTEES, useBigInt64: true };
}

/** What a connection string must not contain, because it would weaken the promised guarantees. */
export const REFUSED_PARAMETERS: Readonly<Record<string, (value: string) => boolean>> = {
  w: (value) => value !== "majority",
  journal: (value) => value !== "true",
  readconcernlevel: (value) => value !== "majority",
  readpreference: (value) => value !== "primary",
  retrywrites: (value) => value !== "true",
};
