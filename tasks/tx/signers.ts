import type { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { hasKey, readWallets } from "../keys.ts";

const SENDERS = ["LUCID_REGISTRAR_KEY", "LUCID_ADMIN_KEY", "LUCID_NODE_KEY"] as const;

/** The sending accounts whose keys are available. */
export async function availableSigners(hre: HardhatRuntimeEnvironment): Promise<Wallet[]> {
  const wallets: Wallet[] = [];
  for (const name of SENDERS) {
    if (await hasKey(hre, name))
      wallets.push(...(await readWallets(hre, name, "it raises fees and cancels")));
  }
  return wallets;
}
