import type { Settings } from "../../config/settings.ts";
import { AccessControlClient } from "../../contracts/access-control.ts";
import { findContract } from "../../contracts/deployment.ts";
import { LucidAnchorsClient } from "../../contracts/lucid-anchors/client.ts";
import { LucidCheckpointsClient } from "../../contracts/lucid-checkpoints/client.ts";
import { LucidChunkStoreClient } from "../../contracts/lucid-chunk-store/client.ts";
import type { ChainProvider } from "../../evm/chain-provider.ts";
import type { EvmClient } from "../../evm/transactions/evm-client.ts";
import type { Logger } from "../../logger.ts";
import type { Store } from "../../store/store.ts";
import { chainBlocks } from "../chain-view/chain-blocks.ts";
import type { PootConsensusModules } from "../poot-consensus.ts";
import { ProofVerifier } from "../proofs/verify-proofs.ts";
import type { Clock } from "./clock.ts";
import { openChainView } from "./open-chain-view.ts";

export interface NodeConnections {
  readonly provider: ChainProvider;
  readonly evm: EvmClient;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * What a node works with, for the contracts of this chain. The verifier's threads end with `verifier.close()`.
 *
 * @throws {ContractError} DEPLOYMENT_UNKNOWN, CONTRACT_ABSENT
 * @throws {ConsensusError} as openChainView
 * @throws {EvmError} where the chain cannot be reached
 */
export async function connectNode(
  settings: Pick<Settings, "addresses" | "dataDir" | "confirmations">,
  { provider, evm, store, clock, logger }: NodeConnections,
): Promise<PootConsensusModules> {
  const [anchorsAt, chunkStoreAt, checkpointsAt] = await Promise.all([
    findContract("LucidAnchors", provider, settings),
    findContract("LucidChunkStore", provider, settings),
    findContract("LucidCheckpoints", provider, settings),
  ]);
  const anchors = new LucidAnchorsClient(anchorsAt, { evm });
  const chunkStore = new LucidChunkStoreClient(chunkStoreAt, { evm });
  const checkpoints = new LucidCheckpointsClient(checkpointsAt, { evm });
  const administration = new AccessControlClient("LucidAnchors", anchorsAt, { evm });
  const modules = { provider, anchors, administration, chunkStore, checkpoints, store };
  const chain = await openChainView(settings.confirmations, modules);
  const verifier = new ProofVerifier({ domain: chain.domain, vrfModule: import.meta.resolve("../vrf.ts") });
  return { store, chain, blocks: chainBlocks(provider), anchors, checkpoints, verifier, clock, logger };
}
