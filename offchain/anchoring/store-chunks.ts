import type { Wallet } from "ethers";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import { CHUNKS_PER_MULTIPROOF, type LucidChunkStoreClient } from "../contracts/lucid-chunk-store/client.ts";
import { type Chunk, chunkMultiproof, chunkTree } from "../sessions/chunk-tree.ts";
import type { SealedSession } from "../sessions/sealed-session.ts";
import { sessionCommitment } from "../sessions/session.ts";
import type { Store } from "../store/store.ts";
import { locateAnchor } from "./locate-anchor.ts";
import { notAnchored } from "./not-anchored.ts";
import { recordChunkStatus } from "./record-chunks.ts";
import { recordSession } from "./record-session.ts";
import { recordedSession } from "./recorded-session.ts";
import { sendBatches } from "./send-batches.ts";

export interface StoreChunksModules {
  readonly anchors: LucidAnchorsClient;
  readonly chunkStore: LucidChunkStoreClient;
  readonly store: Store;
}

/** A run of chunks that one transaction recorded. */
export interface StoredRun {
  readonly from: number;
  readonly to: number;
  readonly txid: string;
  readonly gasUsed: number;
}

export interface StoredChunks {
  readonly chunkCount: number;
  /** Chunks that were recorded before this call. */
  readonly recordedBefore: number;
  readonly runs: readonly StoredRun[];
}

/** One after the other: the next run continues where this one ended, however it ended. */
const RUNS_IN_FLIGHT = 1;

/**
 * Records a session's chunks on chain in runs of 64, fewer if the chain allows fewer, each with one multiproof. Chunks
 * that are already recorded are skipped, so that it continues where a killed run ended. A session of a tree is promoted to its own slot
 * first: the chunk store accepts no other.
 *
 * @param signer holds UPLOADER_ROLE.
 * @throws {AnchoringError} SESSION_NOT_ANCHORED
 * @throws {ContractError} CONTRACT_REVERTED
 * @throws {EvmError} CALL_TOO_LARGE where the chain does not take a single chunk
 */
export async function storeChunks(
  sealed: SealedSession,
  signer: Wallet,
  { anchors, chunkStore, store }: StoreChunksModules,
  onProgress?: (text: string) => void,
): Promise<StoredChunks> {
  const { session, manifest } = sealed;
  const { chunks } = manifest;
  const commitment = sessionCommitment(session);
  await recordSession(store, sealed);
  await chunkStore.resume(signer);
  await requireOwnSlot(sealed, signer, anchors, store, onProgress);
  const recorded = await recordedIdx(chunkStore, sealed);
  const tree = chunkTree(chunks);
  const prove = (run: readonly Chunk[]) => {
    const { from, to } = endsOf(run);
    return { chunks: run, ...chunkMultiproof(tree, from, to) };
  };
  const sending = sendBatches(
    chunks.filter(({ idx }) => !recorded.has(idx)),
    {
      mostItems: CHUNKS_PER_MULTIPROOF,
      together: countInARow,
      bounds: await chunkStore.bounds(),
      inFlight: RUNS_IN_FLIGHT,
      gasLimitOf: (run) => chunkStore.gasLimitOfChunks(signer.address, session, prove(run)),
      send: (run, limit) => {
        const { from, to } = endsOf(run);
        onProgress?.(`storing chunks ${from} to ${to} of ${chunks.length}`);
        return chunkStore.storeChunkMetadata(signer, session, prove(run), limit);
      },
    },
  );
  const runs: StoredRun[] = [];
  for await (const { batch, sent } of sending) {
    runs.push({ ...endsOf(batch), txid: sent.hash, gasUsed: Number(sent.gasUsed) });
  }
  for (const { idx } of chunks) {
    const status = recorded.has(idx) ? await chunkStore.statusOf(commitment, idx) : "Stored";
    await recordChunkStatus(store, manifest.sessionId, idx, status);
  }
  return { chunkCount: chunks.length, recordedBefore: recorded.size, runs };
}

function endsOf(run: readonly Chunk[]): { from: number; to: number } {
  return { from: (run[0] as Chunk).idx, to: (run.at(-1) as Chunk).idx };
}

/** The consecutive chunks at the start, up to the next status word of the contract. */
function countInARow(chunks: readonly Chunk[]): number {
  const { from } = endsOf(chunks);
  const most = CHUNKS_PER_MULTIPROOF - (from % CHUNKS_PER_MULTIPROOF);
  const gap = chunks.findIndex(({ idx }, place) => idx !== from + place || place === most);
  return gap === -1 ? chunks.length : gap;
}

async function requireOwnSlot(
  { session, manifest }: SealedSession,
  signer: Wallet,
  anchors: LucidAnchorsClient,
  store: Store,
  onProgress?: (text: string) => void,
): Promise<void> {
  const recorded = await recordedSession(store, manifest.sessionId);
  const { slot, tree } = await locateAnchor(anchors, session, recorded?.tree);
  if (slot !== undefined) return;
  if (tree?.tree === undefined) throw notAnchored(session, anchors);
  onProgress?.("promoting the session of a tree to its own slot");
  await anchors.promoteSession(signer, tree.tree.root, session, tree.tree.proof);
}

async function recordedIdx(
  chunkStore: LucidChunkStoreClient,
  { session }: SealedSession,
): Promise<Set<number>> {
  const commitment = sessionCommitment(session);
  const count = await chunkStore.recordedCount(commitment);
  if (count === session.chunkCount) return new Set(Array(count).keys());
  const recorded = new Set<number>();
  if (count === 0) return recorded;
  for await (const events of chunkStore.storedChunks({}, commitment)) {
    for (const { chunk } of events) recorded.add(chunk.idx);
  }
  return recorded;
}
