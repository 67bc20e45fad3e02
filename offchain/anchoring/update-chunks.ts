import type { TransactionReceipt, Wallet } from "ethers";
import type { ChunkStatus, LucidChunkStoreClient } from "../contracts/lucid-chunk-store/client.ts";
import { SessionError } from "../sessions/errors.ts";
import type { SealedSession } from "../sessions/seal-session.ts";
import type { Store } from "../store/store.ts";
import { recordChunkStatus } from "./record-chunks.ts";
import { recordSession } from "./record-session.ts";

export interface UpdateChunksModules {
  readonly chunkStore: LucidChunkStoreClient;
  readonly store: Store;
}

/**
 * Moves recorded chunks to another status, on chain and then in the store.
 *
 * @param idx in any order, each counted once.
 * @param signer holds UPLOADER_ROLE.
 * @throws {SessionError} CHUNK_INDEX_OUT_OF_RANGE
 * @throws {ContractError} CONTRACT_REVERTED, e.g. for a move that is not legal
 */
export async function updateChunks(
  sealed: SealedSession,
  idx: readonly number[],
  status: ChunkStatus,
  signer: Wallet,
  { chunkStore, store }: UpdateChunksModules,
): Promise<TransactionReceipt> {
  const { manifest, session } = sealed;
  const chunkCount = manifest.chunks.length;
  const outside = idx.find((place) => place < 0 || place >= chunkCount);
  if (outside !== undefined) {
    throw new SessionError({ code: "CHUNK_INDEX_OUT_OF_RANGE", idx: outside, chunkCount });
  }
  // Whatever the store has under this id is this content, or nothing is entered.
  await recordSession(store, sealed);
  const ascending = [...new Set(idx)].sort((a, b) => a - b);
  await chunkStore.resume(signer);
  const receipt = await chunkStore.updateChunkStatus(signer, session, ascending, status);
  for (const place of ascending) await recordChunkStatus(store, manifest.sessionId, place, status);
  return receipt;
}
