import type { ChunkStatus } from "../contracts/lucid-chunk-store/client.ts";
import type { ChunkDocumentStatus } from "../store/documents.ts";
import type { Store } from "../store/store.ts";

/** Records a chunk's status on chain; a chunk that the store does not know is not added. */
export async function recordChunkStatus(
  store: Store,
  sessionId: string,
  idx: number,
  status: ChunkStatus,
): Promise<void> {
  const to: ChunkDocumentStatus = status.toLowerCase() as Lowercase<ChunkStatus>;
  const chunk = await store.chunks.get(sessionId, idx);
  if (chunk === undefined || chunk.status === to) return;
  let from = chunk.status;
  // On chain too, every chunk began as stored.
  if (from === "none") {
    await store.chunks.move(sessionId, idx, "none", "stored");
    from = "stored";
  }
  if (from !== to) await store.chunks.move(sessionId, idx, from, to);
}
