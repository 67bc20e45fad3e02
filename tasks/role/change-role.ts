import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { parseAddress } from "../../offchain/config/parse-address.ts";
import type { AccessControlClient } from "../../offchain/contracts/access-control.ts";
import { ContractError } from "../../offchain/contracts/errors.ts";
import type { ContractName } from "../../offchain/contracts/registry.ts";
import { openChain } from "../context.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";
import { administered, parseRole } from "./contracts.ts";

export interface RoleArguments {
  role: string;
  account: string;
  json: boolean;
}

/** Grants or revokes a role on every contract that has it; nothing is sent where that is already the case. */
export async function changeRole(args: RoleArguments, hre: HardhatRuntimeEnvironment, holds: boolean) {
  return await runTask(args, async (terminal, signal) => {
    const role = parseRole(args.role);
    const account = parseAddress({ code: "ARGUMENT_INVALID", argument: "account" }, args.account);
    const admin = await readWallet(hre, "LUCID_ADMIN_KEY", "only the admin grants and revokes roles");
    await using chain = await openChain(hre, { signal });
    const rows = [];
    for (const { name, client } of await administered(role, chain.evm, chain.settings)) {
      await client.resume(admin);
      if ((await client.hasRole(role, account)) === holds) {
        rows.push({ contract: name, role, account, holds, transaction: undefined });
        continue;
      }
      if (!holds && role === "ADMIN") await requireAnotherAdmin(name, client, account);
      const change = holds ? client.grantRole(admin, role, account) : client.revokeRole(admin, role, account);
      rows.push({ contract: name, role, account, holds, transaction: (await change).hash });
    }
    terminal.table(rows);
    return { value: rows };
  });
}

/** @throws {ContractError} LAST_ADMIN */
async function requireAnotherAdmin(contract: ContractName, client: AccessControlClient, account: string) {
  const holders = await client.roleHolders();
  if (holders.some((holder) => holder.role === "ADMIN" && holder.account !== account)) return;
  throw new ContractError({ code: "LAST_ADMIN", contract, account });
}
