import type { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { buildContracts } from "../../ignition/build-contracts.ts";
import Lucid from "../../ignition/modules/lucid.ts";
import { AccessControlClient } from "../../offchain/contracts/access-control.ts";
import {
  type ChainIdentity,
  type DeployedContracts,
  type Deployment,
  deploymentId,
  findDeploymentBlock,
  identifyChain,
  readDeployment,
  requireJournal,
  startDeployment,
  writeDeployment,
} from "../../offchain/contracts/deployment.ts";
import type { ContractDescriptor } from "../../offchain/contracts/descriptor.ts";
import { ContractError } from "../../offchain/contracts/errors.ts";
import { lucidAnchors } from "../../offchain/contracts/lucid-anchors/descriptor.ts";
import { lucidChunkStore } from "../../offchain/contracts/lucid-chunk-store/descriptor.ts";
import { type AdministeredName, CONTRACTS, type Role } from "../../offchain/contracts/registry.ts";
import type { EvmClient } from "../../offchain/evm/transactions/evm-client.ts";
import { endpoints, openChain } from "../context.ts";
import { hasKey, readWallet } from "../keys.ts";
import { runTask, type Terminal } from "../run-task.ts";

/** The roles that the registrar's account needs for the tasks of this repository. */
const REGISTRAR_ROLES = [
  [lucidAnchors, "REGISTRAR"],
  [lucidChunkStore, "UPLOADER"],
] as const satisfies readonly (readonly [ContractDescriptor, Role])[];

export default async function deploy({ json }: { json: boolean }, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal, signal) => {
    const admin = await readWallet(
      hre,
      "LUCID_ADMIN_KEY",
      "its account deploys the contracts and becomes their admin",
    );
    await using chain = await openChain(hre, { signal });
    const { settings, provider, evm } = chain;
    const [url] = (await endpoints(hre, settings)) as [string];
    await buildContracts(hre);
    const identity = await identifyChain(provider);
    const recorded = await readDeployment(settings.dataDir, identity);
    if (recorded !== undefined) requireJournal(settings.dataDir, identity);
    const missing = CONTRACTS.filter(({ key }) => recorded?.[key] === undefined).map(({ name }) => name);
    if (missing.length > 0) terminal.progress(`deploying ${missing.join(", ")} to chain ${identity.chainId}`);

    const afterBlock = await startDeployment(settings.dataDir, identity, await provider.getBlockNumber());
    const contracts = await deployByIgnition(hre, url, admin, identity, settings.confirmations);
    const deploymentBlock =
      recorded?.deploymentBlock ?? (await findDeploymentBlock(provider, contracts.anchors, afterBlock));
    const { chainId, genesisHash } = identity;
    const deployment = { chainId: chainId.toString(), genesisHash, ...contracts, deploymentBlock };
    terminal.table(CONTRACTS.map(({ name, key }) => ({ contract: name, address: contracts[key] })));
    const grants = recorded === undefined ? await grantFirstRoles(hre, admin, deployment, evm, terminal) : [];
    // The record completes the first deployment: if it is killed before, the next run makes the grants as well.
    await writeDeployment(settings.dataDir, deployment);
    const before = missing.length === 0 ? "deployed before" : `${missing.join(", ")} added`;
    terminal.line(
      `chain ${chainId}, block ${deploymentBlock}, admin ${admin.address}${recorded === undefined ? "" : ` (${before}; roles are left as they are)`}`,
    );
    if (recorded === undefined && grants.length === 0) {
      terminal.line(
        "Grant the roles next: npx hardhat role grant REGISTRAR ADDRESS, npx hardhat role grant UPLOADER ADDRESS",
      );
    }
    return { value: { ...deployment, admin: admin.address, grants } };
  });
}

interface Grant {
  readonly contract: AdministeredName;
  readonly role: Role;
  readonly account: string;
}

/**
 * Grants the registrar's account its roles, where its key is set. On the first deployment only, and never a role that
 * was revoked on chain, whatever the record says: it must not return because of another `deploy`.
 */
async function grantFirstRoles(
  hre: HardhatRuntimeEnvironment,
  admin: Wallet,
  { deploymentBlock, ...contracts }: Deployment & DeployedContracts,
  evm: EvmClient,
  terminal: Terminal,
): Promise<Grant[]> {
  if (!(await hasKey(hre, "LUCID_REGISTRAR_KEY"))) return [];
  const { address: account } = await readWallet(hre, "LUCID_REGISTRAR_KEY", "it is granted its roles");
  await evm.resume(admin);
  const grants: Grant[] = [];
  for (const [{ name: contract, key }, role] of REGISTRAR_ROLES) {
    const location = { address: contracts[key], deploymentBlock };
    const client = new AccessControlClient(contract, location, { evm });
    if (await client.hasRole(role, account)) continue;
    if (await client.wasRevoked(role, account)) {
      terminal.line(`${role} on ${contract} was revoked from ${account}, and stays revoked`);
      continue;
    }
    await client.grantRole(admin, role, account);
    terminal.line(`granted ${role} on ${contract} to ${account}`);
    grants.push({ contract, role, account });
  }
  return grants;
}

/** @throws {ContractError} DEPLOYMENT_FAILED */
async function deployByIgnition(
  hre: HardhatRuntimeEnvironment,
  url: string,
  admin: Wallet,
  chain: ChainIdentity,
  requiredConfirmations: number,
): Promise<DeployedContracts> {
  const override = { url, accounts: [admin.privateKey] };
  const connection = await hre.network.create({ network: "onSystem", override });
  try {
    const contracts = await connection.ignition.deploy(Lucid, {
      deploymentId: deploymentId(chain),
      parameters: { Lucid: { admin: admin.address } },
      config: { requiredConfirmations },
    });
    const addresses = CONTRACTS.map(async ({ key }) => [key, await contracts[key].getAddress()]);
    return Object.fromEntries(await Promise.all(addresses));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ContractError({ code: "DEPLOYMENT_FAILED", reason }, { cause });
  } finally {
    await connection.close();
  }
}
