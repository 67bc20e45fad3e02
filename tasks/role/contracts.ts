import { SettingsError } from "../../offchain/config/errors.ts";
import type { Settings } from "../../offchain/config/settings.ts";
import { AccessControlClient } from "../../offchain/contracts/access-control.ts";
import { findContract } from "../../offchain/contracts/deployment.ts";
import { type AdministeredName, contractsWith, ROLES, type Role } from "../../offchain/contracts/registry.ts";
import type { EvmClient } from "../../offchain/evm/transactions/evm-client.ts";

/** A contract by its name, as its admin sees it. */
export interface AdministeredContract {
  readonly name: AdministeredName;
  readonly client: AccessControlClient;
}

/** The contracts that have a role; for ADMIN all that have roles and a pause. */
export async function administered(
  role: Role,
  evm: EvmClient,
  settings: Settings,
): Promise<AdministeredContract[]> {
  return await Promise.all(
    contractsWith(role).map(async (name) => ({
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
