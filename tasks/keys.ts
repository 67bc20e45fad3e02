import { readFile } from "node:fs/promises";
import { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";
import { SettingsError } from "../offchain/config/errors.ts";
import { parseJsonAs } from "../offchain/parse-json-as.ts";
import type { KeyName } from "./key-names.ts";

/**
 * Reads a key from the environment or Hardhat's keystore. One that is set but empty is not set.
 *
 * @param purpose What it is needed for, for the error message.
 * @throws {SettingsError} KEY_MISSING, KEY_LOCKED
 */
export async function readKey(
  hre: HardhatRuntimeEnvironment,
  name: KeyName,
  purpose: string,
): Promise<string> {
  const key = await findKey(hre, name);
  if (key === undefined) throw new SettingsError({ code: "KEY_MISSING", setting: name, purpose });
  return key;
}

/** Whether a key is set; not an error if it is not. */
export async function hasKey(hre: HardhatRuntimeEnvironment, name: KeyName): Promise<boolean> {
  return (await findKey(hre, name)) !== undefined;
}

/**
 * Reads a key of an EVM account.
 *
 * @throws {SettingsError} KEY_MISSING, KEY_LOCKED, KEY_INVALID
 */
export async function readWallet(
  hre: HardhatRuntimeEnvironment,
  name: KeyName,
  purpose: string,
): Promise<Wallet> {
  return new Wallet(hexKey(name, await readKey(hre, name, purpose), "a private key of 64 hex digits"));
}

/**
 * Reads keys of EVM accounts, comma-separated: a process may be several nodes.
 *
 * @returns at least one
 * @throws {SettingsError} KEY_MISSING, KEY_LOCKED, KEY_INVALID
 */
export async function readWallets(
  hre: HardhatRuntimeEnvironment,
  name: KeyName,
  purpose: string,
): Promise<[Wallet, ...Wallet[]]> {
  const keys = await readHexKeys(hre, name, purpose, "private keys of 64 hex digits");
  const wallets = keys.map((key) => new Wallet(key));
  if (new Set(wallets.map(({ address }) => address)).size < wallets.length) {
    throw new SettingsError({ code: "KEY_INVALID", setting: name, expected: "private keys that all differ" });
  }
  return wallets as [Wallet, ...Wallet[]];
}

/**
 * Reads keys of 32 bytes, comma-separated.
 *
 * @param expected for the error, e.g. `private keys of 64 hex digits`
 * @returns at least one, with 0x
 * @throws {SettingsError} KEY_MISSING, KEY_LOCKED, KEY_INVALID
 */
export async function readHexKeys(
  hre: HardhatRuntimeEnvironment,
  name: KeyName,
  purpose: string,
  expected: string,
): Promise<string[]> {
  const keys = (await readKey(hre, name, purpose)).split(",").map((key) => key.trim());
  return keys.map((key) => hexKey(name, key, `${expected}, comma-separated`));
}

/** @throws {SettingsError} KEY_INVALID */
function hexKey(setting: KeyName, key: string, expected: string): string {
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(key))
    throw new SettingsError({ code: "KEY_INVALID", setting, expected });
  return key.startsWith("0x") ? key : `0x${key}`;
}

/** @throws {SettingsError} KEY_LOCKED */
async function findKey({ config }: HardhatRuntimeEnvironment, name: KeyName): Promise<string | undefined> {
  // Hardhat would accept an empty variable, and not ask the keystore.
  if (process.env[name]?.trim() === "") delete process.env[name];
  const isLocked =
    process.env[name] === undefined && (await keystoreNames(config.keystore.filePath)).includes(name);
  if (isLocked && !process.stdin.isTTY) throw new SettingsError({ code: "KEY_LOCKED", setting: name });
  return (await config.lucid.keys[name].get()).trim() || undefined;
}

const keystoreSchema = z.looseObject({ secrets: z.record(z.string(), z.unknown()) });

/** Names of the keys in Hardhat's keystore, which are not encrypted; none where there is no keystore. */
async function keystoreNames(path: string): Promise<string[]> {
  const bytes = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (bytes === undefined) return [];
  const keystore = parseJsonAs(keystoreSchema, bytes);
  // If its file is damaged, Hardhat reports that when it is asked for the key.
  return "value" in keystore ? Object.keys(keystore.value.secrets) : [];
}
