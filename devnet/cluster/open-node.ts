import { readSettings } from "../../offchain/config/settings.ts";
import { connectNode } from "../../offchain/consensus/node/connect-node.ts";
import type { PootConsensusModules } from "../../offchain/consensus/poot-consensus.ts";
import { connectEvm } from "../../offchain/contracts/connect-evm.ts";
import type { Logger } from "../../offchain/logger.ts";
import type { Store } from "../../offchain/store/store.ts";
import { scaledClock, type TimeScale } from "./scaled-clock.ts";

export interface OpenNodeModules {
  /** In virtual time. */
  readonly store: Store;
  /** The same in the machine's time: the EVM layer has no other (how long it waits, what was spent in an hour). */
  readonly machineStore: Store;
  readonly scale: TimeScale;
  readonly logger: Logger;
}

/** As fast as a cluster's time goes by, in milliseconds of the machine. */
const PATIENCE = {
  pollMs: 60,
  resendAfterMs: 400,
  bumpAfterMs: 60_000,
  timeoutMs: 60_000,
  answerTimeoutMs: 2_000,
};

export interface OpenedNode extends AsyncDisposable {
  readonly modules: PootConsensusModules;
  /** LUCID_DATA_DIR. */
  readonly dataDir: string;
}

/** Connects a node of a cluster as `poot run` does, but to a faster clock. @param environment see Cluster.environment */
export async function openNode(
  environment: Readonly<Record<string, string>>,
  { store, machineStore, scale, logger }: OpenNodeModules,
): Promise<OpenedNode> {
  const settings = readSettings(environment);
  const evmModules = { transactions: machineStore.anchorTransactions, logger };
  const { evm, provider } = await connectEvm(settings.onSystemChainRpc, settings, evmModules, PATIENCE);
  const close = async () => {
    await evm.close();
    provider.destroy();
  };
  try {
    const connections = { provider, evm, store, clock: scaledClock(scale), logger };
    const modules = await connectNode(settings, connections);
    return {
      modules,
      dataDir: settings.dataDir,
      [Symbol.asyncDispose]: async () => {
        await modules.verifier.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
