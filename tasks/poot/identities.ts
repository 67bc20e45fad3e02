import { getBytes } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { type Identity, identityOf } from "../../offchain/consensus/node/identity.ts";
import { readHexKeys, readWallets } from "../keys.ts";

/**
 * The nodes of this process: their account keys and, in the same order, their VRF keys.
 *
 * @returns at least one
 * @throws {SettingsError} KEY_MISSING, KEY_LOCKED, KEY_INVALID
 */
export async function readIdentities(hre: HardhatRuntimeEnvironment): Promise<Identity[]> {
  const wallets = await readWallets(hre, "LUCID_NODE_KEY", "it is the node's account");
  const secrets = await readHexKeys(
    hre,
    "LUCID_VRF_KEY",
    "it draws the node's lot (32 random bytes in hex: openssl rand -hex 32)",
    "VRF keys of 64 hex digits",
  );
  if (secrets.length !== wallets.length) {
    const expected = `${wallets.length} VRF keys, one for each key of LUCID_NODE_KEY in the same order`;
    throw new SettingsError({ code: "KEY_INVALID", setting: "LUCID_VRF_KEY", expected });
  }
  return wallets.map((wallet, place) => identityOf(wallet, getBytes(secrets[place] as string)));
}
