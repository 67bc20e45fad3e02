import type { Environment, ListenAddress } from "./environment.ts";

/** Where long-running processes answer about their health; undefined where they do not. */
export interface MonitoringSettings {
  /** Of `poot run`. @default 127.0.0.1:9464 */
  readonly pootMonitor: ListenAddress | undefined;
  /** Of `payout run --watch`. @default 127.0.0.1:9465 */
  readonly payoutMonitor: ListenAddress | undefined;
}

/** @throws {SettingsError} SETTING_INVALID */
export function readMonitoringSettings(env: Environment): MonitoringSettings {
  return {
    pootMonitor: env.listenAddress("LUCID_POOT_MONITOR", "127.0.0.1:9464"),
    payoutMonitor: env.listenAddress("LUCID_PAYOUT_MONITOR", "127.0.0.1:9465"),
  };
}
