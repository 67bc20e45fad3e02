import { HardhatError } from "@nomicfoundation/hardhat-errors";
import { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../offchain/config.ts";
import type { KeyName } from "./key-names.ts";

/**
 * Reads a key from the environment or Hardhat's keystore.
 *
 * @param purpose What it is needed for, in the words of the error.
 * @throws {SettingsError} KEY_MISSING
 */
export async function readKey(
  hre: HardhatRuntimeEnvironment,
  name: KeyName,
  purpose: string,
): Promise<string> {
  try {
    return (await hre.config.lucid.keys[name].get()).trim();
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new SettingsError({ code: "KEY_MISSING", setting: name, purpose }, { cause });
  }
}

/** Whether a key is set, without a complaint when it is not. */
export async function hasKey(hre: HardhatRuntimeEnvironment, name: KeyName): Promise<boolean> {
  try {
    await hre.config.lucid.keys[name].get();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
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

function isMissing(error: unknown): boolean {
  return HardhatError.isHardhatError(error, HardhatError.ERRORS.CORE.GENERAL.ENV_VAR_NOT_FOUND);
}
