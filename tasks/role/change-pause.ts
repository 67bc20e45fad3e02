import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { openChain } from "../context.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";
import { administered } from "./contracts.ts";

/** Pauses or unpauses every contract that has a pause; one that is already in that state is left as it is. */
export async function changePause(args: { json: boolean }, hre: HardhatRuntimeEnvironment, paused: boolean) {
  return await runTask(args, async (terminal, signal) => {
    const admin = await readWallet(hre, "LUCID_ADMIN_KEY", "only the admin pauses and unpauses");
    await using chain = await openChain(hre, { signal });
    const rows = [];
    for (const { name, client } of await administered("ADMIN", chain.evm, chain.settings)) {
      await client.resume(admin);
      if ((await client.isPaused()) === paused) {
        rows.push({ contract: name, paused, transaction: undefined });
        continue;
      }
      const receipt = await (paused ? client.pause(admin) : client.unpause(admin));
      rows.push({ contract: name, paused, transaction: receipt.hash });
    }
    terminal.table(rows);
    return { value: rows };
  });
}
