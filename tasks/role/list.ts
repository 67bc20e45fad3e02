import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { openChain } from "../context.ts";
import { runTask } from "../run-task.ts";
import { administered } from "./contracts.ts";

export default async function list({ json }: { json: boolean }, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal, signal) => {
    await using chain = await openChain(hre, { readOnly: true, signal });
    const rows = [];
    for (const { name, client } of await administered("ADMIN", chain.evm, chain.settings)) {
      const isPaused = await client.isPaused();
      for (const { role, account } of await client.roleHolders()) {
        rows.push({ contract: name, role, account, paused: isPaused });
      }
    }
    terminal.table(rows);
    return { value: rows };
  });
}
