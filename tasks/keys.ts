import { HardhatError } from "@nomicfoundation/hardhat-errors";
import { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../offchain/config/errors.ts";
import type { KeyName } from "./key-names.ts";

/**
 * Reads a key from the environment or Hardhat's keystore. One that is set but empty is not set.
 *
 * @param purpose What it is needed for, in the words of the error.
 * @throws {SettingsError} KEY_MISSING
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

/** Whether a key is set, without a complaint when it is not. */
export async function hasKey(hre: HardhatRuntimeEnvironment, name: KeyName): Promise<boolean> {
  return (await findKey(hre, name)) !== undefined;
}

/**
 * Reads a key of an EVM account.
 *
 * @throws {SettingsError} KEY_MISSING, KEY_INVALID
 */
export async function readWallet(
  hre: HardhatRuntimeEnvironment,
  name: KeyName,
  purpose: string,
): Promise<Wallet> {
  const key = await readKey(hre, name, purpose);
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(key)) {
    throw new SettingsError({
      code: "KEY_INVALID",
      setting: name,
      expected: "a private key of 64 hex digits",
    });
  }
  return new Wallet(key.startsWith("0x") ? key : `0x${key}`);
}

async function findKey({ config }: HardhatRuntimeEnvironment, name: KeyName): Promise<string | undefined> {
  // Hardhat would take an empty variable, and not ask the keystore.
  if (process.env[name]?.trim() === "") delete process.env[name];
  try {
    return (await config.lucid.keys[name].get()).trim() || undefined;
  } catch (error) {
    if (HardhatError.isHardhatError(error, HardhatError.ERRORS.CORE.GENERAL.ENV_VAR_NOT_FOUND)) {
      return undefined;
    }
    throw error;
  }
}
