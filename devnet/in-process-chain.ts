import { BrowserProvider, Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import Lucid from "../ignition/modules/lucid.ts";
import { readSettings } from "../offchain/config/settings.ts";
import { AccessControlClient } from "../offchain/contracts/access-control.ts";
import { evmLayerOver } from "../offchain/contracts/connect-evm.ts";
import { LucidAnchorsClient } from "../offchain/contracts/lucid-anchors/client.ts";
import { LucidCheckpointsClient } from "../offchain/contracts/lucid-checkpoints/client.ts";
import { LucidChunkStoreClient } from "../offchain/contracts/lucid-chunk-store/client.ts";
import type { ChainProvider } from "../offchain/evm/chain-provider.ts";
import type { EvmClient } from "../offchain/evm/transactions/evm-client.ts";
import { createLogger } from "../offchain/logger.ts";
import { openStore } from "../offchain/store/open-store.ts";
import type { Store } from "../offchain/store/store.ts";
import { localKey } from "./anvil.ts";

/** A chain in this process with the contracts on it, and a store in memory. */
export interface InProcessChain extends AsyncDisposable {
  readonly store: Store;
  readonly evm: EvmClient;
  readonly anchors: LucidAnchorsClient;
  readonly chunkStore: LucidChunkStoreClient;
  readonly checkpoints: LucidCheckpointsClient;
  readonly registrar: Wallet;
  readonly prover: Wallet;
  readonly provider: ChainProvider;
  readonly administration: AccessControlClient;
  /** Adds empty blocks. */
  mine(blocks: number): Promise<void>;
  /** Sets the time of the next block, in Unix seconds: later than that of the block before. */
  setNextTime(seconds: number): Promise<void>;
  /** Keeps the chain as it is. @returns puts it back, as often as it is called */
  snapshot(): Promise<() => Promise<void>>;
}

export interface InProcessChainOptions {
  /** Unix milliseconds of the first block. @default now */
  readonly startsAt?: number;
  /** Unix milliseconds from which the contracts are deployed. @default at once */
  readonly deploysAt?: number;
}

/** Starts it, deploys the contracts and grants registrar and prover their roles. */
export async function startInProcessChain(
  hre: HardhatRuntimeEnvironment,
  { startsAt, deploysAt }: InProcessChainOptions = {},
): Promise<InProcessChain> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const connection = await hre.network.create({
    network: "default",
    ...(startsAt !== undefined && { override: { initialDate: new Date(startsAt) } }),
  });
  const admin = new Wallet(localKey(0));
  const registrar = new Wallet(localKey(1));
  const prover = new Wallet(localKey(3));
  if (deploysAt !== undefined) {
    await connection.networkHelpers.time.setNextBlockTimestamp(Math.ceil(deploysAt / 1_000));
  }
  const parameters = { Lucid: { admin: admin.address } };
  const contracts = await connection.ignition.deploy(Lucid, { parameters });
  const provider = new BrowserProvider(connection.provider, undefined, { cacheTimeout: -1 });
  const store = await openStore({ setting: "memory:" });
  const settings = { ...readSettings({}), confirmations: 1 };
  const modules = { transactions: store.anchorTransactions, logger: createLogger(settings.logLevel) };
  const { evm } = evmLayerOver(provider, settings, modules);
  const at = async (name: keyof typeof contracts) => ({
    address: await contracts[name].getAddress(),
    deploymentBlock: 0,
  });
  const [anchorsAt, chunkStoreAt] = [await at("anchors"), await at("chunkStore")];
  const anchorsAdmin = new AccessControlClient("LucidAnchors", anchorsAt, { evm });
  const chunkStoreAdmin = new AccessControlClient("LucidChunkStore", chunkStoreAt, { evm });
  for (const { address } of [registrar, prover]) await anchorsAdmin.grantRole(admin, "REGISTRAR", address);
  await chunkStoreAdmin.grantRole(admin, "UPLOADER", registrar.address);
  return {
    store,
    evm,
    registrar,
    prover,
    anchors: new LucidAnchorsClient(anchorsAt, { evm }),
    chunkStore: new LucidChunkStoreClient(chunkStoreAt, { evm }),
    checkpoints: new LucidCheckpointsClient(await at("checkpoints"), { evm }),
    provider,
    administration: anchorsAdmin,
    mine: (blocks) => connection.networkHelpers.mine(blocks),
    setNextTime: (seconds) => connection.networkHelpers.time.setNextBlockTimestamp(seconds),
    snapshot: async () => (await connection.networkHelpers.takeSnapshot()).restore,
    [Symbol.asyncDispose]: async () => {
      await evm.close();
      provider.destroy();
      await store.close();
      await connection.close();
    },
  };
}
