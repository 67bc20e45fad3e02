import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readSettings, type Settings } from "../offchain/config/settings.ts";
import { connectEvm } from "../offchain/contracts/connect-evm.ts";
import { findContract } from "../offchain/contracts/deployment.ts";
import { LucidAnchorsClient } from "../offchain/contracts/lucid-anchors/client.ts";
import { LucidChunkStoreClient } from "../offchain/contracts/lucid-chunk-store/client.ts";
import type { CircuitBreakers } from "../offchain/evm/breakers/circuit-breakers.ts";
import type { ChainProvider } from "../offchain/evm/chain-provider.ts";
import type { GasEstimator } from "../offchain/evm/gas/gas-estimator.ts";
import type { EvmClient } from "../offchain/evm/transactions/evm-client.ts";
import { createLogger } from "../offchain/logger.ts";
import { findSession } from "../offchain/sessions/find-session.ts";
import { loadSession } from "../offchain/sessions/load-session.ts";
import type { SealedSession } from "../offchain/sessions/sealed-session.ts";
import type { Store } from "../offchain/store/store.ts";
import { type ContextOptions, openTaskStore, type TaskContext } from "./store-context.ts";

/** The context of a task that uses the On-System chain. */
export interface ChainContext extends TaskContext {
  readonly provider: ChainProvider;
  readonly evm: EvmClient;
  readonly estimator: GasEstimator;
  readonly breakers: CircuitBreakers;
  /** @throws {ContractError} DEPLOYMENT_UNKNOWN, CONTRACT_ABSENT */
  anchors(): Promise<LucidAnchorsClient>;
  chunkStore(): Promise<LucidChunkStoreClient>;
}

export interface ChainOptions extends ContextOptions {
  /** Ends waiting for the chain when it is aborted. */
  readonly signal: AbortSignal;
  /** What needs no chain, so that its errors are reported before a node is needed. */
  readonly beforeChain?: (context: Pick<TaskContext, "settings" | "store">) => Promise<void>;
}

/** Opens the store and connects to the chain: that of `--network` where it is given, else ON_SYSTEM_CHAIN_RPC. */
export async function openChain(
  hre: HardhatRuntimeEnvironment,
  { signal, beforeChain, ...options }: ChainOptions,
): Promise<ChainContext> {
  const settings = readSettings(process.env);
  const store = await openTaskStore(settings, options);
  try {
    await beforeChain?.({ settings, store });
  } catch (error) {
    await store.close();
    throw error;
  }
  const { evm, provider, estimator, breakers } = await connect(hre, settings, store, options);
  signal.addEventListener("abort", () => void evm.close());
  return {
    settings,
    store,
    provider,
    evm,
    estimator,
    breakers,
    anchors: async () =>
      new LucidAnchorsClient(await findContract("LucidAnchors", provider, settings), { evm }),
    chunkStore: async () =>
      new LucidChunkStoreClient(await findContract("LucidChunkStore", provider, settings), { evm }),
    [Symbol.asyncDispose]: async () => {
      await evm.close();
      provider.destroy();
      await store.close();
    },
  };
}

async function connect(
  hre: HardhatRuntimeEnvironment,
  settings: Settings,
  store: Store,
  { latency }: ContextOptions,
) {
  try {
    const logger = createLogger(settings.logLevel);
    const modules = { transactions: store.anchorTransactions, logger, onRequest: latency?.onRpc };
    return await connectEvm(await endpoints(hre, settings), settings, modules);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The endpoints of the On-System chain. */
export async function endpoints(
  { globalOptions, config }: HardhatRuntimeEnvironment,
  { onSystemChainRpc }: Settings,
): Promise<readonly string[]> {
  const network = globalOptions.network === undefined ? undefined : config.networks[globalOptions.network];
  return network?.type === "http" ? [await network.url.get()] : onSystemChainRpc;
}

/**
 * Reads a session that is named on the command line, without the chain, so that its errors are reported before a node is
 * needed.
 *
 * @throws {SessionError} SESSION_NOT_FOUND, SESSION_ID_AMBIGUOUS, SESSION_ID_DIFFERS, SESSION_SIGNATURE_*, MANIFEST_*
 */
export async function loadNamedSession(named: string): Promise<SealedSession> {
  return await loadSession(await findSession(readSettings(process.env).dataDir, named));
}
