import { join, resolve } from "node:path";
import { getAddress, parseUnits } from "ethers";
import { type ErrorDetails, LucidError } from "./errors.ts";

/** What the environment says, validated. Keys are no settings: they come from Hardhat's configuration variables. */
export interface Settings {
  /** Endpoints of the On-System chain, tried in this order. @default http://127.0.0.1:8545 */
  readonly onSystemChainRpc: readonly string[];
  /** Blocks until a transaction counts as final, its own included. @default 1, which is for local chains */
  readonly confirmations: number;
  /** Contract addresses (EIP-55); undefined means: those of `deploy` under the data folder. */
  readonly anchorsAddress: string | undefined;
  readonly chunkStoreAddress: string | undefined;
  /** Age recipients (`age1…`) that a session key is wrapped to. */
  readonly ageRecipients: readonly string[];
  /** Absolute path of what an operator keeps between commands. @default .lucid in the working folder */
  readonly dataDir: string;
  /** `mongodb://…`, `mongodb+srv://…`, a file's path, or `memory:`. @default store.db in the data folder */
  readonly store: string;
  /** Gas limit of one transaction. @default 16,777,216 (EIP-7825) */
  readonly maxGasPerCall: bigint;
  /** Fee cap a unit of gas, in wei. @default 500 gwei */
  readonly maxFeePerGas: bigint;
  /** What may be spent on gas in an hour, in wei. @default 10^18 */
  readonly maxWeiPerHour: bigint;
  /** Requests in a row that no endpoint answers. @default 5 */
  readonly maxRpcFailures: number;
  /** How long a tripped breaker refuses everything, in ms. @default 30,000 */
  readonly breakerCooldownMs: number;
  /** What is logged to stderr. @default warn */
  readonly logLevel: string;
}

interface InvalidSetting extends ErrorDetails {
  readonly code: "SETTING_INVALID";
  readonly setting: string;
  readonly value: string;
  readonly expected: string;
}
interface InvalidArgument extends ErrorDetails {
  readonly code: "ARGUMENT_INVALID";
  /** As it is typed, e.g. `--status`. */
  readonly argument: string;
  readonly value: string;
  readonly expected: string;
}
interface MissingSetting extends ErrorDetails {
  readonly code: "SETTING_MISSING";
  readonly setting: string;
  readonly purpose: string;
}
interface InvalidKey extends ErrorDetails {
  readonly code: "KEY_INVALID";
  readonly setting: string;
  readonly expected: string;
}
interface MissingKey extends ErrorDetails {
  readonly code: "KEY_MISSING";
  readonly setting: string;
  readonly purpose: string;
}
export type SettingsErrorDetails =
  | InvalidSetting
  | InvalidArgument
  | MissingSetting
  | InvalidKey
  | MissingKey;

/** A setting, argument or key that is absent or of the wrong form. Never carries what may be a secret. */
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
    case "SETTING_MISSING":
      return `${details.setting} is not set: ${details.purpose}. Set it in the environment or in .env (.env.example lists all settings).`;
    case "KEY_INVALID":
      return `${details.setting} does not hold ${details.expected} (its value is not shown). Set it again with: npx hardhat keystore set --force ${details.setting}`;
    case "KEY_MISSING":
      return `${details.setting} is not set: ${details.purpose}. Set it with: npx hardhat keystore set ${details.setting}, or as an environment variable.`;
  }
}

const DEFAULT_RPC = "http://127.0.0.1:8545";
const DEFAULT_CONFIRMATIONS = 1;
/** More than a day of 12 s blocks is a mistake of units, not a wish for safety. */
const MOST_CONFIRMATIONS = 7200;
/** EIP-7825: no block takes a transaction with more. */
const MOST_GAS_PER_CALL = 16_777_216n;
/** Several times what the main network charged at its dearest for long; a spike beyond it is waited out. */
const DEFAULT_MAX_FEE_GWEI = "500";
/** One coin an hour: some thirty full batches at 2 gwei. */
const DEFAULT_WEI_PER_HOUR = 10n ** 18n;
const DEFAULT_RPC_FAILURES = 5n;
/** In seconds: two to three blocks, after which a price may be another one. */
const DEFAULT_COOLDOWN = 30n;
const MS_PER_SECOND = 1_000;
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/**
 * Reads and validates every setting.
 *
 * @throws {SettingsError} SETTING_INVALID, by the setting's name.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const text = (setting: string): string | undefined => env[setting]?.trim() || undefined;
  const list = (setting: string): string[] =>
    (text(setting) ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");

  const rpc = list("ON_SYSTEM_CHAIN_RPC").map((url, place) => {
    // Its path or its credentials may be an API key.
    const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
    expect("ON_SYSTEM_CHAIN_RPC", hidden(place), isHttp, "http:// or https:// URLs, comma-separated");
    return url;
  });
  const recipients = list("LUCID_AGE_RECIPIENTS").map((recipient, place) => {
    // An identity put here by mistake is a secret: neither it nor anything like it is repeated.
    const holds = /^age1[0-9a-z]+$/.test(recipient);
    const expected = "age recipients (age1…), comma-separated";
    expect("LUCID_AGE_RECIPIENTS", hidden(place), holds, expected);
    return recipient;
  });
  const dataDir = resolve(text("LUCID_DATA_DIR") ?? ".lucid");
  return {
    onSystemChainRpc: rpc.length > 0 ? rpc : [DEFAULT_RPC],
    confirmations: parseConfirmations(text("LUCID_CONFIRMATIONS")),
    anchorsAddress: parseAddress("LUCID_ANCHORS_ADDRESS", text("LUCID_ANCHORS_ADDRESS")),
    chunkStoreAddress: parseAddress("LUCID_CHUNK_STORE_ADDRESS", text("LUCID_CHUNK_STORE_ADDRESS")),
    ageRecipients: recipients,
    dataDir,
    store: text("LUCID_STORE") ?? join(dataDir, "store.db"),
    maxGasPerCall: parseWhole("LUCID_MAX_GAS_PER_CALL", text("LUCID_MAX_GAS_PER_CALL"), MOST_GAS_PER_CALL),
    maxFeePerGas: parseGwei("LUCID_MAX_FEE_GWEI", text("LUCID_MAX_FEE_GWEI") ?? DEFAULT_MAX_FEE_GWEI),
    maxWeiPerHour: parseWhole("LUCID_MAX_WEI_PER_HOUR", text("LUCID_MAX_WEI_PER_HOUR"), DEFAULT_WEI_PER_HOUR),
    maxRpcFailures: Number(
      parseWhole("LUCID_MAX_RPC_FAILURES", text("LUCID_MAX_RPC_FAILURES"), DEFAULT_RPC_FAILURES),
    ),
    breakerCooldownMs:
      MS_PER_SECOND *
      Number(
        parseWhole(
          "LUCID_BREAKER_COOLDOWN_SECONDS",
          text("LUCID_BREAKER_COOLDOWN_SECONDS"),
          DEFAULT_COOLDOWN,
        ),
      ),
    logLevel: parseLogLevel(text("LUCID_LOG_LEVEL") ?? "warn"),
  };
}

function expect(setting: string, value: string, holds: boolean, expected: string): string {
  if (!holds) throw new SettingsError({ code: "SETTING_INVALID", setting, value, expected });
  return value;
}

const hidden = (place: number) => `(item ${place + 1}, not shown)`;

function parseConfirmations(value: string | undefined): number {
  if (value === undefined) return DEFAULT_CONFIRMATIONS;
  const count = Number(value);
  const holds = /^\d+$/.test(value) && count >= 1 && count <= MOST_CONFIRMATIONS;
  expect("LUCID_CONFIRMATIONS", value, holds, `a whole number of blocks from 1 to ${MOST_CONFIRMATIONS}`);
  return count;
}

function parseWhole(setting: string, value: string | undefined, standard: bigint): bigint {
  if (value === undefined) return standard;
  expect(setting, value, /^[1-9]\d*$/.test(value), "a whole number above 0, in plain digits");
  return BigInt(value);
}

/** @returns wei */
function parseGwei(setting: string, value: string): bigint {
  const holds = /^\d+(\.\d{1,9})?$/.test(value) && Number(value) > 0;
  expect(setting, value, holds, "gwei above 0, with at most nine decimals");
  return parseUnits(value, "gwei");
}

function parseLogLevel(value: string): string {
  return expect("LUCID_LOG_LEVEL", value, LOG_LEVELS.includes(value), LOG_LEVELS.join(", "));
}

function parseAddress(setting: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  try {
    return getAddress(value);
  } catch (cause) {
    const expected = "an EVM address (0x and 40 hex digits, its EIP-55 checksum right)";
    throw new SettingsError({ code: "SETTING_INVALID", setting, value, expected }, { cause });
  }
}
