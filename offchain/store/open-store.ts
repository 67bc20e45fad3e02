import type { TimedRequest } from "../monitoring/latency-metrics.ts";
import type { Engine } from "./engine.ts";
import { StoreError } from "./errors.ts";
import type { OnWaiting } from "./mongo/first-connection.ts";
import { openInMemory, openSqlite } from "./sqlite/open-sqlite.ts";
import { Store } from "./store.ts";
import { timedEngine } from "./timed-engine.ts";

export interface OpenStoreOptions {
  /** `mongodb://…/DATABASE`, `mongodb+srv://…/DATABASE`, the path of a file, or `memory:` (LUCID_STORE). */
  readonly setting: string;
  /** Opens a file read-only, while another process may write it. @default false */
  readonly readOnly?: boolean;
  /** Told once when MongoDB has not answered for a second. */
  readonly onWaiting?: OnWaiting | undefined;
  /** Told how long each call took. @default nobody */
  readonly onRequest?: ((request: TimedRequest) => void) | undefined;
}

/** A store in memory, which is lost when the process ends. */
const MEMORY = "memory:";
const MONGODB = /^mongodb(\+srv)?:\/\//;

/**
 * Opens the store that a setting names. A missing file is created; a MongoDB database must have been
 * initialised.
 *
 * @throws {StoreError}
 * @example
 * await using store = await openStore({ setting: settings.store });
 * const session = await store.sessions.get(id);
 */
export async function openStore({ onRequest, ...options }: OpenStoreOptions): Promise<Store> {
  const engine = await openEngine(options);
  return new Store(onRequest === undefined ? engine : timedEngine(engine, onRequest));
}

async function openEngine({ setting, readOnly = false, onWaiting }: OpenStoreOptions): Promise<Engine> {
  if (isMongoSetting(setting)) {
    // Loading the driver takes longer than most commands on a file.
    const { openMongo } = await import("./mongo/open-mongo.ts");
    return await openMongo(setting, onWaiting);
  }
  return setting === MEMORY ? await openInMemory() : await openSqlite(setting, readOnly);
}

/**
 * Refuses a store in memory: setting it up or moving it would appear to succeed and leave nothing.
 *
 * @throws {StoreError} STORE_SETTING_INVALID
 */
export function requireKept(setting: string): void {
  if (setting !== MEMORY) return;
  const reason = "it is lost when the process ends, so there is nothing to set up, inspect or move";
  throw new StoreError({ code: "STORE_SETTING_INVALID", setting, reason });
}

export const isMongoSetting = (setting: string): boolean => MONGODB.test(setting);
