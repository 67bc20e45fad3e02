import { type ChainSettings, readChainSettings } from "./chain-settings.ts";
import { Environment, type Variables } from "./environment.ts";
import { type MonitoringSettings, readMonitoringSettings } from "./monitoring-settings.ts";
import { type PayoutSettings, readPayoutSettings } from "./payout-settings.ts";
import { readStorageSettings, type StorageSettings } from "./storage-settings.ts";

/** The validated settings of the environment. Keys are not settings: they come from Hardhat's configuration variables. */
export interface Settings extends ChainSettings, StorageSettings, PayoutSettings, MonitoringSettings {
  /**
   * Contract addresses (EIP-55) by the names of their settings, e.g. LUCID_ANCHORS_ADDRESS; one that is absent is
   * taken from the record of `deploy` in the data folder.
   */
  readonly addresses: Readonly<Record<string, string>>;
  /** Age recipients (`age1…`) that a session key is wrapped to. */
  readonly ageRecipients: readonly string[];
  /** What is logged to stderr. @default warn */
  readonly logLevel: string;
}

const ADDRESS_SETTING = /^LUCID_[A-Z_]+_ADDRESS$/;
const AGE_RECIPIENT = /^age1[0-9a-z]+$/;
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/**
 * Reads and validates every setting.
 *
 * @throws {SettingsError} SETTING_INVALID, by the setting's name.
 */
export function readSettings(variables: Variables): Settings {
  const env = new Environment(variables);
  return {
    ...readChainSettings(env),
    ...readStorageSettings(env),
    ...readPayoutSettings(env),
    ...readMonitoringSettings(env),
    addresses: env.addresses(ADDRESS_SETTING),
    // An identity put here by mistake is a secret, so items are not repeated.
    ageRecipients: env.list(
      "LUCID_AGE_RECIPIENTS",
      (item) => AGE_RECIPIENT.test(item),
      "age recipients (age1…)",
    ),
    logLevel: env.oneOf("LUCID_LOG_LEVEL", LOG_LEVELS, "warn"),
  };
}
