import type { AccessControlClient } from "../../contracts/access-control.ts";
import type { BlockRange } from "../../contracts/contract-client.ts";
import { identifyChain } from "../../contracts/deployment.ts";
import type { LucidAnchorsClient } from "../../contracts/lucid-anchors/client.ts";
import type { LucidChunkStoreClient } from "../../contracts/lucid-chunk-store/client.ts";
import type { ChainProvider } from "../../evm/chain-provider.ts";
import type { Store } from "../../store/store.ts";
import { Admissions } from "../chain-view/admissions.ts";
import { type Attestation, SeenAttestations } from "../chain-view/attestations.ts";
import { chainBlocks } from "../chain-view/chain-blocks.ts";
import { fixConfirmations } from "../chain-view/confirmations.ts";
import { ConfirmedBlocks } from "../chain-view/confirmed-blocks.ts";
import { Corpus } from "../chain-view/corpus.ts";
import { readDeploymentBlock } from "../chain-view/deployment-block.ts";
import { readFirstSlot } from "../chain-view/first-slot.ts";
import { HeadBlocks } from "../chain-view/head-block.ts";
import { RegisteredSessions } from "../chain-view/registered-sessions.ts";
import { SessionRoots } from "../chain-view/session-roots.ts";
import { ConsensusError } from "../errors.ts";
import type { PootDomain } from "../typed-data/domain.ts";

export interface ChainViewModules {
  readonly provider: ChainProvider;
  readonly anchors: Pick<LucidAnchorsClient, "address" | "deploymentBlock" | "registeredSessions">;
  readonly chunkStore: Pick<LucidChunkStoreClient, "storedChunks">;
  /** Of LucidAnchors. */
  readonly administration: Pick<AccessControlClient, "roleChanges">;
  readonly checkpoints: { attestations(range: Required<BlockRange>): AsyncIterable<readonly Attestation[]> };
  readonly store: Pick<Store, "recordedChunks" | "attestations" | "deploymentParameters">;
}

/** All that consensus reads from the chain, for one deployment. */
export interface ChainView {
  readonly domain: PootDomain;
  /** The chain's first slot. */
  readonly firstSlot: number;
  /** The block that deployed LucidAnchors. */
  readonly deploymentBlock: number;
  readonly confirmed: ConfirmedBlocks;
  readonly headBlocks: HeadBlocks;
  readonly admissions: Admissions;
  readonly corpus: Corpus;
  readonly registeredSessions: RegisteredSessions;
  readonly sessionRoots: SessionRoots;
  readonly attestations: SeenAttestations;
}

/**
 * Opens what consensus reads from the chain. The deployment's confirmations are fixed in the store, or found fixed.
 *
 * @param confirmations k (LUCID_CONFIRMATIONS)
 * @throws {ConsensusError} CONFIRMATIONS_DIFFER, STORE_DEPLOYMENT_DIFFERS, DEPLOYMENT_UNCONFIRMED, and those of a chain
 * that was reorganised or is not shown whole
 * @throws {EvmError} where the chain cannot be reached
 */
export async function openChainView(confirmations: number, modules: ChainViewModules): Promise<ChainView> {
  const { provider, anchors, administration, chunkStore, checkpoints, store } = modules;
  const { chainId, genesisHash } = await identifyChain(provider);
  const domain = { chainId: Number(chainId), anchors: anchors.address.toLowerCase() };
  await fixConfirmations(store.deploymentParameters, { ...domain, genesisHash }, confirmations);

  const confirmed = new ConfirmedBlocks(confirmations, chainBlocks(provider));
  const deploymentBlock = await readDeploymentBlock(anchors.deploymentBlock, confirmed, (range) =>
    administration.roleChanges("ADMIN", range),
  );
  if (deploymentBlock === undefined) {
    throw new ConsensusError({ code: "DEPLOYMENT_UNCONFIRMED", anchors: domain.anchors, confirmations });
  }
  const headBlocks = new HeadBlocks(deploymentBlock, confirmed);
  return {
    domain,
    firstSlot: await readFirstSlot(deploymentBlock, confirmed),
    deploymentBlock,
    confirmed,
    headBlocks,
    admissions: new Admissions(deploymentBlock, {
      confirmed,
      roleChanges: (range) => administration.roleChanges("REGISTRAR", range),
    }),
    corpus: await Corpus.resume(deploymentBlock, {
      confirmed,
      storedChunks: (range) => chunkStore.storedChunks(range),
      recordedChunks: store.recordedChunks,
    }),
    registeredSessions: new RegisteredSessions(deploymentBlock, {
      confirmed,
      headBlocks,
      registeredSessions: (range) => anchors.registeredSessions(range),
    }),
    sessionRoots: new SessionRoots(deploymentBlock, {
      confirmed,
      registeredSessions: (range) => anchors.registeredSessions(range),
    }),
    attestations: await SeenAttestations.resume(deploymentBlock, {
      confirmed,
      source: (range) => checkpoints.attestations(range),
      attestations: store.attestations,
    }),
  };
}
