import type { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import Lucid from "../../ignition/modules/lucid.ts";
import { AccessControlClient, type Role } from "../../offchain/contracts/access-control.ts";
import {
  type ChainIdentity,
  type ContractName,
  deploymentId,
  findDeploymentBlock,
  identifyChain,
  readDeployment,
  startDeployment,
  writeDeployment,
} from "../../offchain/contracts/deployment.ts";
import { ContractError } from "../../offchain/contracts/errors.ts";
import { endpoints, openChain } from "../context.ts";
import { hasKey, readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";

/** The roles that the registrar's account needs for the tasks of this repository. */
const REGISTRAR_ROLES: readonly (readonly [ContractName, Role])[] = [
  ["LucidAnchors", "REGISTRAR"],
  ["LucidChunkStore", "UPLOADER"],
];

export default async function deploy({ json }: { json: boolean }, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal) => {
    const admin = await readWallet(
      hre,
      "LUCID_ADMIN_KEY",
      "its account deploys the contracts and becomes their admin",
    );
    await using chain = await openChain(hre);
    const { settings, provider, evm } = chain;
    const [url] = (await endpoints(hre, settings)) as [string];
    await hre.tasks.getTask("build").run({ quiet: true });
    const identity = await identifyChain(provider);
    const standing = await readDeployment(settings.dataDir, identity);
    if (standing === undefined) terminal.progress(`deploying to chain ${identity.chainId}`);

    const afterBlock = await startDeployment(settings.dataDir, identity, await provider.getBlockNumber());
    const { anchors, chunkStore } = await deployByIgnition(hre, url, admin, identity, settings.confirmations);
    const deploymentBlock =
      standing?.deploymentBlock ?? (await findDeploymentBlock(provider, anchors, afterBlock));
    const { chainId, genesisHash } = identity;
    const deployment = { chainId: chainId.toString(), genesisHash, anchors, chunkStore, deploymentBlock };
    await writeDeployment(settings.dataDir, deployment);

    const registrar = (await hasKey(hre, "LUCID_REGISTRAR_KEY"))
      ? (await readWallet(hre, "LUCID_REGISTRAR_KEY", "it is granted its roles")).address
      : undefined;
    if (registrar !== undefined) {
      await evm.resume(admin);
      for (const [name, role] of REGISTRAR_ROLES) {
        const location = { address: name === "LucidAnchors" ? anchors : chunkStore, deploymentBlock };
        const client = new AccessControlClient(name, location, { evm });
        if (!(await client.hasRole(role, registrar))) await client.grantRole(admin, role, registrar);
      }
    }
    terminal.table([
      { contract: "LucidAnchors", address: anchors },
      { contract: "LucidChunkStore", address: chunkStore },
    ]);
    terminal.line(
      `chain ${chainId}, block ${deploymentBlock}, admin ${admin.address}${standing === undefined ? "" : " (stood already)"}`,
    );
    terminal.line(
      registrar === undefined
        ? "Grant the roles next: npx hardhat role grant REGISTRAR ADDRESS, npx hardhat role grant UPLOADER ADDRESS"
        : `${registrar} holds REGISTRAR and UPLOADER`,
    );
    return { value: { ...deployment, admin: admin.address, ...(registrar && { registrar }) } };
  });
}

/** @throws {ContractError} DEPLOYMENT_FAILED */
async function deployByIgnition(
  hre: HardhatRuntimeEnvironment,
  url: string,
  admin: Wallet,
  chain: ChainIdentity,
  requiredConfirmations: number,
): Promise<{ anchors: string; chunkStore: string }> {
  const override = { url, accounts: [admin.privateKey] };
  const connection = await hre.network.create({ network: "onSystem", override });
  try {
    const { anchors, chunkStore } = await connection.ignition.deploy(Lucid, {
      deploymentId: deploymentId(chain),
      parameters: { Lucid: { admin: admin.address } },
      config: { requiredConfirmations },
    });
    return { anchors: await anchors.getAddress(), chunkStore: await chunkStore.getAddress() };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ContractError({ code: "DEPLOYMENT_FAILED", reason }, { cause });
  } finally {
    await connection.close();
  }
}
