/**
 * Deploys to a chain what the version without LucidCheckpoints deployed, and leaves its journal and its record in
 * LUCID_DATA_DIR. Takes ON_SYSTEM_CHAIN_RPC and LUCID_ADMIN_KEY as `deploy` does; prints the record.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { JsonRpcProvider, Wallet } from "ethers";
import hre from "hardhat";
import { readSettings } from "../../offchain/config/settings.ts";
import {
  deploymentId,
  findDeploymentBlock,
  identifyChain,
  startDeployment,
} from "../../offchain/contracts/deployment.ts";

const Lucid = buildModule("Lucid", (module) => {
  const admin = module.getParameter("admin", module.getAccount(0));
  const anchors = module.contract("LucidAnchors", [admin]);
  const chunkStore = module.contract("LucidChunkStore", [anchors, admin]);
  return { anchors, chunkStore };
});

const { dataDir, onSystemChainRpc } = readSettings(process.env);
const url = onSystemChainRpc[0] as string;
const admin = new Wallet(process.env.LUCID_ADMIN_KEY as string);
const provider = new JsonRpcProvider(url);
const chain = await identifyChain(provider);
const afterBlock = await startDeployment(dataDir, chain, await provider.getBlockNumber());
const connection = await hre.network.create({
  network: "onSystem",
  override: { url, accounts: [admin.privateKey] },
});
const contracts = await connection.ignition.deploy(Lucid, {
  deploymentId: deploymentId(chain),
  parameters: { Lucid: { admin: admin.address } },
  config: { requiredConfirmations: 1 },
});
const anchors = await contracts.anchors.getAddress();
const record = {
  chainId: chain.chainId.toString(),
  genesisHash: chain.genesisHash,
  anchors,
  chunkStore: await contracts.chunkStore.getAddress(),
  deploymentBlock: await findDeploymentBlock(provider, anchors, afterBlock),
};
const folder = join(dataDir, "deployments", deploymentId(chain));
await mkdir(folder, { recursive: true });
await writeFile(join(folder, "lucid.json"), JSON.stringify(record));
console.log(JSON.stringify(record));
await connection.close();
provider.destroy();
