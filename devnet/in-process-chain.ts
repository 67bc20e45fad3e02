import { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { buildContracts } from "../ignition/build-contracts.ts";
import Lucid from "../ignition/modules/lucid.ts";
import { readSettings, type Settings } from "../offchain/config/settings.ts";
import { AccessControlClient } from "../offchain/contracts/access-control.ts";
import { evmLayerOver } from "../offchain/contracts/connect-evm.ts";
import { LucidAnchorsClient } from "../offchain/contracts/lucid-anchors/client.ts";
import { LucidCheckpointsClient } from "../offchain/contracts/lucid-checkpoints/client.ts";
import { LucidChunkStoreClient } from "../offchain/contracts/lucid-chunk-store/client.ts";
import type { EvmClient } from "../offchain/evm/transactions/evm-client.ts";
import { createLogger } from "../offchain/logger.ts";
import { openStore } from "../offchain/store/open-store.ts";
import type { Store } from "../offchain/store/store.ts";
import { localKey } from "./anvil.ts";
import type { ManualClock } from "./manual-clock.ts";
import { TimedProvider } from "./timed-provider.ts";

export interface InProcessOptions {
  /** The time of the chain's blocks and of the store's stamps. @default the machine's */
  readonly clock?: ManualClock;
  /** Unix milliseconds of the first block. @default the clock's, else now */
  readonly startsAt?: number;
  /** Unix milliseconds from which the contracts are deployed. @default at once */
  readonly deploysAt?: number;
}

/** A chain in this process with the contracts on it, and a store in memory. */
export interface InProcessChain extends AsyncDisposable {
  readonly store: Store;
  readonly provider: TimedProvider;
  readonly evm: EvmClient;
  /** With the contracts' addresses. */
  readonly settings: Settings;
  readonly admin: Wallet;
  readonly anchors: LucidAnchorsClient;
  /** Who grants and revokes roles of LucidAnchors. */
  readonly anchorsAdmin: AccessControlClient;
  readonly chunkStore: LucidChunkStoreClient;
  readonly checkpoints: LucidCheckpointsClient;
  readonly registrar: Wallet;
  readonly prover: Wallet;
  /** Adds empty blocks. */
  mine(blocks: number): Promise<void>;
  /** Adds an empty block with a time, in Unix milliseconds. */
  mineAt(timeMs: number): Promise<void>;
  /** Gives an account money for gas. */
  fund(account: string): Promise<void>;
  /** Sets the time of the next block, in Unix seconds: later than that of the block before. */
  setNextTime(seconds: number): Promise<void>;
  /** Keeps the chain as it is. @returns puts it back, as often as it is called */
  snapshot(): Promise<() => Promise<void>>;
}

/** A clock's chain is asked more often what became of its transactions: nobody waits for its blocks. */
const SIMULATED_POLL_MS = 10;
const FUNDS = 10n ** 20n;

/** Starts it, deploys the contracts and grants registrar and prover their roles. */
export async function startInProcessChain(
  hre: HardhatRuntimeEnvironment,
  { clock, startsAt = clock?.now(), deploysAt }: InProcessOptions = {},
): Promise<InProcessChain> {
  await buildContracts(hre);
  const connection = await hre.network.create({
    network: "default",
    ...(startsAt !== undefined && {
      override: { initialDate: new Date(startsAt), allowBlocksWithSameTimestamp: clock !== undefined },
    }),
  });
  const admin = new Wallet(localKey(0));
  const registrar = new Wallet(localKey(1));
  const prover = new Wallet(localKey(3));
  if (deploysAt !== undefined) {
    await connection.networkHelpers.time.setNextBlockTimestamp(Math.ceil(deploysAt / 1_000));
  }
  const parameters = { Lucid: { admin: admin.address } };
  const contracts = await connection.ignition.deploy(Lucid, { parameters });
  const provider = new TimedProvider(connection.provider, clock);
  const store = await openStore({ setting: "memory:" });
  clock?.runs(store);
  const addresses = {
    LUCID_ANCHORS_ADDRESS: await contracts.anchors.getAddress(),
    LUCID_CHUNK_STORE_ADDRESS: await contracts.chunkStore.getAddress(),
    LUCID_CHECKPOINTS_ADDRESS: await contracts.checkpoints.getAddress(),
  };
  const settings = { ...readSettings(addresses), confirmations: 1 };
  const modules = { transactions: store.anchorTransactions, logger: createLogger(settings.logLevel) };
  const patience = clock === undefined ? {} : { pollMs: SIMULATED_POLL_MS };
  const { evm } = evmLayerOver(provider, settings, modules, patience);
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
    provider,
    evm,
    settings,
    admin,
    anchorsAdmin,
    registrar,
    prover,
    anchors: new LucidAnchorsClient(anchorsAt, { evm }),
    chunkStore: new LucidChunkStoreClient(chunkStoreAt, { evm }),
    checkpoints: new LucidCheckpointsClient(await at("checkpoints"), { evm }),
    mine: (blocks) => connection.networkHelpers.mine(blocks),
    mineAt: (timeMs) => provider.inBlockAt(timeMs, () => connection.networkHelpers.mine(1)),
    fund: (account) => connection.networkHelpers.setBalance(account, FUNDS),
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
