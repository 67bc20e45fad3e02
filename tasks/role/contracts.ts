import { SettingsError } from "../../offchain/config/errors.ts";
import type { Settings } from "../../offchain/config/settings.ts";
import { AccessControlClient } from "../../offchain/contracts/access-control.ts";
import { findContract } from "../../offchain/contracts/deployment.ts";
import {
  CONTRACTS,
  type ContractName,
  contractsWith,
  ROLES,
  type Role,
} from "../../offchain/contracts/registry.ts";
import type { EvmClient } from "../../offchain/evm/transactions/evm-client.ts";

/** A contract by its name, as its admin sees it. */
export interface AdministeredContract {
  readonly name: ContractName;
  readonly client: AccessControlClient;
}

/** The contracts on which a role has a meaning; all of them where none is named. */
export async function administered(
  role: Role | undefined,
  evm: EvmClient,
  settings: Settings,
): Promise<AdministeredContract[]> {
  const names = role === undefined ? CONTRACTS.map(({ name }) => name) : contractsWith(role);
  return await Promise.all(
    names.map(async (name) => ({
      name,
      client: new AccessControlClient(name, await findContract(name, evm.provider, settings), { evm }),
    })),
  );
}

/** @throws {SettingsError} ARGUMENT_INVALID */
export function parseRole(value: string): Role {
  const names = Object.keys(ROLES) as Role[];
  const role = names.find((name) => name === value.toUpperCase().replace(/_ROLE$/, ""));
  if (role !== undefined) return role;
  const expected = `one of ${names.join(", ")}`;
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "role", value, expected });
}
