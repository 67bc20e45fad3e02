import { existsSync } from "node:fs";
import { readSettings, type Settings } from "../offchain/config/settings.ts";
import type { LatencyMetrics } from "../offchain/monitoring/latency-metrics.ts";
import { isMongoSetting, openStore } from "../offchain/store/open-store.ts";
import type { Store } from "../offchain/store/store.ts";
import { onWaiting } from "./on-waiting.ts";

/** The context of a task; closed when the task ends, whatever its outcome. */
export interface TaskContext extends AsyncDisposable {
  readonly settings: Settings;
  readonly store: Store;
}

export interface ContextOptions {
  /** @default LUCID_STORE */
  readonly store?: string;
  /** Reads while another process may write; a file that does not exist yet reads as an empty store. */
  readonly readOnly?: boolean;
  /** Told how long the requests of a long-running process take. @default nobody */
  readonly latency?: LatencyMetrics;
}

/** Opens the store that LUCID_STORE names. */
export async function openContext(options: ContextOptions = {}): Promise<TaskContext> {
  const settings = readSettings(process.env);
  const store = await openTaskStore(settings, options);
  return { settings, store, [Symbol.asyncDispose]: () => store.close() };
}

/** Opens the store that the options or LUCID_STORE name. */
export async function openTaskStore(
  settings: Settings,
  { store, readOnly = false, latency }: ContextOptions,
): Promise<Store> {
  const setting = store ?? settings.store;
  const isAbsent = readOnly && !isMongoSetting(setting) && !existsSync(setting);
  return await openStore(
    isAbsent ? { setting: "memory:" } : { setting, readOnly, onWaiting, onRequest: latency?.onStore },
  );
}
