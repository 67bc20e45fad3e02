import { parseUnits } from "ethers";
import { SettingsError } from "./errors.ts";
import { parseAddress } from "./parse-address.ts";
import { isTronAddress, TRON_ADDRESS_FORM } from "./parse-tron-argument.ts";

/** The environment, or a substitute for it. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Where a server listens. */
export interface ListenAddress {
  /** A name or an address, without brackets. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

const MAX_PORT = 65_535;

/** Reads single settings, each with the same typed error. A setting that is set but empty counts as not set. */
export class Environment {
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  text(setting: string): string | undefined {
    return this.#variables[setting]?.trim() || undefined;
  }

  /**
   * Comma-separated items.
   *
   * @param isValid what an item must be; the error shows none of them, because each may be a secret
   * @throws {SettingsError} SETTING_INVALID
   */
  list(setting: string, isValid: (item: string) => boolean, expected: string): string[] {
    const items = (this.text(setting) ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
    for (const [place, item] of items.entries()) {
      this.#require(setting, `(item ${place + 1}, not shown)`, isValid(item), `${expected}, comma-separated`);
    }
    return items;
  }

  /** @throws {SettingsError} SETTING_INVALID */
  oneOf(setting: string, choices: readonly string[], standard: string): string {
    const value = this.text(setting) ?? standard;
    return this.#require(setting, value, choices.includes(value), choices.join(", "));
  }

  /**
   * A whole number above 0.
   *
   * @throws {SettingsError} SETTING_INVALID
   */
  whole(setting: string, standard: bigint, most?: bigint): bigint {
    const value = this.text(setting);
    if (value === undefined) return standard;
    const isValid = /^[1-9]\d*$/.test(value) && (most === undefined || BigInt(value) <= most);
    const range = most === undefined ? "above 0" : `from 1 to ${most}`;
    this.#require(setting, value, isValid, `a whole number ${range}, in plain digits`);
    return BigInt(value);
  }

  /**
   * @param standard in gwei
   * @returns wei
   * @throws {SettingsError} SETTING_INVALID
   */
  gwei(setting: string, standard: string): bigint {
    const value = this.text(setting) ?? standard;
    const isValid = /^\d+(\.\d{1,9})?$/.test(value) && Number(value) > 0;
    return parseUnits(
      this.#require(setting, value, isValid, "gwei above 0, with at most nine decimals"),
      "gwei",
    );
  }

  /**
   * Every address whose setting has a name of this form, by that name.
   *
   * @returns with their EIP-55 checksums
   * @throws {SettingsError} SETTING_INVALID
   */
  addresses(name: RegExp): Readonly<Record<string, string>> {
    const addresses: Record<string, string> = {};
    for (const setting of Object.keys(this.#variables)) {
      const value = name.test(setting) ? this.text(setting) : undefined;
      if (value !== undefined) addresses[setting] = parseAddress({ code: "SETTING_INVALID", setting }, value);
    }
    return addresses;
  }

  /**
   * An address of TRON.
   *
   * @throws {SettingsError} SETTING_INVALID
   */
  tronAddress(setting: string): string | undefined {
    const value = this.text(setting);
    if (value === undefined) return undefined;
    return this.#require(setting, value, isTronAddress(value), TRON_ADDRESS_FORM);
  }

  /**
   * An address that a server listens on, or `off`.
   *
   * @param standard HOST:PORT
   * @returns undefined where it is `off`
   * @throws {SettingsError} SETTING_INVALID
   */
  listenAddress(setting: string, standard: string): ListenAddress | undefined {
    const value = this.text(setting) ?? standard;
    if (value === "off") return undefined;
    const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(value) ?? [];
    const expected = "HOST:PORT with a port up to 65535 (0 for any free one), or off";
    this.#require(setting, value, host !== "" && Number(port) <= MAX_PORT, expected);
    return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
  }

  #require(setting: string, value: string, isValid: boolean, expected: string): string {
    if (!isValid) throw new SettingsError({ code: "SETTING_INVALID", setting, value, expected });
    return value;
  }
}
