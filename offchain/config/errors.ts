import { type ErrorDetails, LucidError } from "../errors.ts";

/**
 * A setting does not have the required form.
 * @remedy Correct it; the message names it and what it expects.
 */
interface InvalidSetting extends ErrorDetails {
  readonly code: "SETTING_INVALID";
  readonly setting: string;
  readonly value: string;
  readonly expected: string;
}
/**
 * An argument of a task does not have the required form.
 * @remedy Correct it; `--help` shows an example.
 */
interface InvalidArgument extends ErrorDetails {
  readonly code: "ARGUMENT_INVALID";
  /** As it is typed, e.g. `--status`. */
  readonly argument: string;
  readonly value: string;
  readonly expected: string;
}
/**
 * A setting without a default is needed here.
 * @remedy Set it in the environment or in `.env`; `.env.example` lists all.
 */
interface MissingSetting extends ErrorDetails {
  readonly code: "SETTING_MISSING";
  readonly setting: string;
  readonly purpose: string;
}
/**
 * A key is set, but is not a valid key. Its value is never shown.
 * @remedy Set it again: `npx hardhat keystore set --force NAME`.
 */
interface InvalidKey extends ErrorDetails {
  readonly code: "KEY_INVALID";
  readonly setting: string;
  readonly expected: string;
}
/**
 * A task needs a key that is neither in the environment nor in Hardhat's keystore, or is empty there.
 * @remedy `npx hardhat keystore set NAME`, or an environment variable.
 */
interface MissingKey extends ErrorDetails {
  readonly code: "KEY_MISSING";
  readonly setting: string;
  readonly purpose: string;
}
/**
 * The key is in Hardhat's keystore, and there is no terminal on which to ask for its password.
 * @remedy Run the task on a terminal; for a service, set the key in its environment.
 */
interface LockedKey extends ErrorDetails {
  readonly code: "KEY_LOCKED";
  readonly setting: string;
}
/**
 * A text that should be an address of TRON is not one: T and 33 more characters in base58, whose checksum is
 * right.
 * @remedy Correct it where it comes from.
 */
interface InvalidTronAddress extends ErrorDetails {
  readonly code: "TRON_ADDRESS_INVALID";
  readonly value: string;
}
export type SettingsErrorDetails =
  | InvalidTronAddress
  | InvalidSetting
  | InvalidArgument
  | MissingSetting
  | InvalidKey
  | MissingKey
  | LockedKey;

/** A setting, argument or key that is missing or malformed. Never carries a possible secret. */
export class SettingsError extends LucidError<SettingsErrorDetails> {
  constructor(details: SettingsErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: SettingsErrorDetails): string {
  switch (details.code) {
    case "SETTING_INVALID":
      return `${details.setting} is "${details.value}", expected ${details.expected}. Correct it in the environment or in .env.`;
    case "ARGUMENT_INVALID":
      return `${details.argument} is "${details.value}", expected ${details.expected}. Correct it (--help shows an example).`;
    case "TRON_ADDRESS_INVALID":
      return `"${details.value}" is not an address of TRON (T and 33 more characters in base58, its checksum right). Correct it where it comes from.`;
    case "SETTING_MISSING":
      return `${details.setting} is not set: ${details.purpose}. Set it in the environment or in .env (.env.example lists all settings).`;
    case "KEY_INVALID":
      return `${details.setting} does not hold ${details.expected} (its value is not shown). Set it again with: npx hardhat keystore set --force ${details.setting}`;
    case "KEY_LOCKED":
      return `${details.setting} is in Hardhat's keystore, whose password is asked for on a terminal, and there is none. Run this on a terminal, or set ${details.setting} in the environment of this process.`;
    case "KEY_MISSING":
      return `${details.setting} is not set: ${details.purpose}. Set it with: npx hardhat keystore set ${details.setting}, or as an environment variable.`;
  }
}
