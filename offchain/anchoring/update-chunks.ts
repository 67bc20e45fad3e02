import type { Wallet } from "ethers";
import type { ChunkStatus, LucidChunkStoreClient } from "../contracts/lucid-chunk-store/client.ts";
import { inGroups } from "../in-groups.ts";
import { SessionError } from "../sessions/errors.ts";
import type { SealedSession } from "../sessions/sealed-session.ts";
import { sessionCommitment } from "../sessions/session.ts";
import type { Store } from "../store/store.ts";
import { recordChunkStatus } from "./record-chunks.ts";
import { recordSession } from "./record-session.ts";
import { sendBatches } from "./send-batches.ts";

export interface UpdateChunksModules {
  readonly chunkStore: LucidChunkStoreClient;
  readonly store: Store;
}

/** Chunks that one transaction moved. */
export interface UpdatedChunks {
  readonly idx: readonly number[];
  readonly txid: string;
  readonly gasUsed: number;
}

/** An idx takes 32 bytes of calldata, and pools of nodes refuse transactions of more than 128 KiB: half of that. */
const MAX_IDX = 2_048;
/** One after the other: if a move is refused, later ones are not sent. */
const UPDATES_IN_FLIGHT = 1;
/** Statuses that are read at the same time. */
const READS_AT_ONCE = 64;

/**
 * Moves recorded chunks to another status, on chain and then in the store, in as few transactions as the
 * chain allows. Chunks that already have the status are skipped, so that it continues where a killed run ended.
 *
 * @param idx in any order, each counted once.
 * @param signer holds UPLOADER_ROLE.
 * @returns One for each transaction; none if every chunk already had the status.
 * @throws {SessionError} CHUNK_INDEX_OUT_OF_RANGE
 * @throws {ContractError} CONTRACT_REVERTED, e.g. for a move that is not legal
 * @throws {EvmError} CALL_TOO_LARGE where the chain does not take a single chunk
 */
export async function updateChunks(
  sealed: SealedSession,
  idx: readonly number[],
  status: ChunkStatus,
  signer: Wallet,
  { chunkStore, store }: UpdateChunksModules,
): Promise<UpdatedChunks[]> {
  const { manifest, session } = sealed;
  const chunkCount = manifest.chunks.length;
  const outside = idx.find((place) => place < 0 || place >= chunkCount);
  if (outside !== undefined) {
    throw new SessionError({ code: "CHUNK_INDEX_OUT_OF_RANGE", idx: outside, chunkCount });
  }
  // Nothing is entered unless the store has this content under the id.
  await recordSession(store, sealed);
  const ascending = [...new Set(idx)].sort((a, b) => a - b);
  await chunkStore.resume(signer);
  const commitment = sessionCommitment(session);
  const waiting: number[] = [];
  for (const group of inGroups(ascending, READS_AT_ONCE)) {
    const statuses = await Promise.all(group.map((place) => chunkStore.statusOf(commitment, place)));
    for (const [i, place] of group.entries()) {
      if (statuses[i] === status) await recordChunkStatus(store, manifest.sessionId, place, status);
      else waiting.push(place);
    }
  }
  const sending = sendBatches(waiting, {
    mostItems: MAX_IDX,
    bounds: await chunkStore.bounds(),
    inFlight: UPDATES_IN_FLIGHT,
    gasLimitOf: (batch) => chunkStore.gasLimitOfUpdate(signer.address, session, batch, status),
    send: (batch, limit) => chunkStore.updateChunkStatus(signer, session, batch, status, limit),
  });
  const updated: UpdatedChunks[] = [];
  for await (const { batch, sent } of sending) {
    for (const place of batch) await recordChunkStatus(store, manifest.sessionId, place, status);
    updated.push({ idx: batch, txid: sent.hash, gasUsed: Number(sent.gasUsed) });
  }
  return updated;
}
