import { SettingsError } from "../../offchain/config/errors.ts";
import type { Settings } from "../../offchain/config/settings.ts";
import { type Month, parseMonth } from "../../offchain/payouts/month.ts";
import type { Signers } from "../../offchain/payouts/signers.ts";
import { parseUsdt } from "../../offchain/payouts/usdt.ts";

/** @throws {SettingsError} ARGUMENT_INVALID */
export function readMonth(value: string): Month {
  const month = parseMonth(value);
  if (month !== undefined) return month;
  const expected = "a month such as 2026-11";
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--month", value, expected });
}

/**
 * @returns micro-USDT, above 0
 * @throws {SettingsError} ARGUMENT_INVALID
 */
export function readUsdt(argument: string, value: string): bigint {
  const amount = parseUsdt(value);
  if (amount !== undefined && amount > 0n) return amount;
  const expected = "USDT above 0 in plain digits, with at most six decimals (12500 or 0.5)";
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected });
}

/** @throws {SettingsError} SETTING_MISSING */
export function readSigners({ addresses }: Pick<Settings, "addresses">): Signers {
  const addressOf = (setting: string, purpose: string) =>
    requireSetting(setting, addresses[setting], purpose).toLowerCase();
  return {
    planner: addressOf("LUCID_PLANNER_ADDRESS", "it says whose plan of a month counts"),
    approver: addressOf("LUCID_APPROVER_ADDRESS", "it says whose approval of a plan counts"),
  };
}

/** @throws {SettingsError} SETTING_MISSING */
export function requireSetting<Value>(setting: string, value: Value | undefined, purpose: string): Value {
  if (value === undefined) throw new SettingsError({ code: "SETTING_MISSING", setting, purpose });
  return value;
}
