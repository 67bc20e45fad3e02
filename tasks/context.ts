import { existsSync } from "node:fs";
import type { Provider } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readSettings, type Settings } from "../offchain/config.ts";
import { findContract } from "../offchain/contracts/deployment.ts";
import { EvmClient } from "../offchain/contracts/evm-client.ts";
import { LucidAnchorsClient } from "../offchain/contracts/lucid-anchors.ts";
import { LucidChunkStoreClient } from "../offchain/contracts/lucid-chunk-store.ts";
import { connectProvider } from "../offchain/evm/connect-provider.ts";
import { sessionDirectory } from "../offchain/sessions/session-directory.ts";
import { UUID } from "../offchain/sessions/session-id.ts";
import { isMongoSetting, openStore } from "../offchain/store/open-store.ts";
import type { Store } from "../offchain/store/store.ts";

/** What a task works with; closed when the task ends, whatever its outcome. */
export interface TaskContext extends AsyncDisposable {
  readonly settings: Settings;
  readonly store: Store;
}

/** The same, connected to the On-System chain. */
export interface ChainContext extends TaskContext {
  readonly provider: Provider;
  readonly evm: EvmClient;
  /** @throws {ContractError} DEPLOYMENT_UNKNOWN, CONTRACT_ABSENT */
  anchors(): Promise<LucidAnchorsClient>;
  chunkStore(): Promise<LucidChunkStoreClient>;
}

export interface ContextOptions {
  /** @default LUCID_STORE */
  readonly store?: string;
  /** Works beside the process that writes; a file that is not there yet reads as an empty store. */
  readonly readOnly?: boolean;
}

/** Opens the store that LUCID_STORE names. */
export async function openContext(options: ContextOptions = {}): Promise<TaskContext> {
  const settings = readSettings(process.env);
  const store = await openTaskStore(settings, options);
  return { settings, store, [Symbol.asyncDispose]: () => store.close() };
}

/** Opens the store and connects to the chain: that of `--network` where it is given, else ON_SYSTEM_CHAIN_RPC. */
export async function openChain(
  hre: HardhatRuntimeEnvironment,
  options: ContextOptions = {},
): Promise<ChainContext> {
  const settings = readSettings(process.env);
  const provider = await connectProvider(await endpoints(hre, settings));
  const store = await openTaskStore(settings, options);
  const { confirmations } = settings;
  const evm = new EvmClient({ confirmations }, { provider, transactions: store.anchorTransactions });
  return {
    settings,
    store,
    provider,
    evm,
    anchors: async () =>
      new LucidAnchorsClient(await findContract("LucidAnchors", provider, settings), { evm }),
    chunkStore: async () =>
      new LucidChunkStoreClient(await findContract("LucidChunkStore", provider, settings), { evm }),
    [Symbol.asyncDispose]: async () => {
      provider.destroy();
      await store.close();
    },
  };
}

async function openTaskStore(
  settings: Settings,
  { store, readOnly = false }: ContextOptions,
): Promise<Store> {
  const setting = store ?? settings.store;
  const isAbsent = readOnly && !isMongoSetting(setting) && !existsSync(setting);
  return await openStore(isAbsent ? { setting: "memory:" } : { setting, readOnly });
}

/** The endpoints of the On-System chain. */
export async function endpoints(
  { globalOptions, config }: HardhatRuntimeEnvironment,
  { onSystemChainRpc }: Settings,
): Promise<readonly string[]> {
  const network = globalOptions.network === undefined ? undefined : config.networks[globalOptions.network];
  return network?.type === "http" ? [await network.url.get()] : onSystemChainRpc;
}

/** The path of a session that is named by its id, its folder or its manifest. */
export function sessionPath({ dataDir }: Settings, session: string): string {
  const isId = UUID.test(session) && !existsSync(session);
  return isId ? sessionDirectory(dataDir, session) : session;
}
