import { CHUNK_STATUSES, type LucidChunkStoreClient } from "../contracts/lucid-chunk-store/client.ts";
import { inGroups } from "../in-groups.ts";
import { type Chunk, chunkLeaf } from "../sessions/chunk-tree.ts";
import { merkleTree } from "../sessions/merkle-tree.ts";
import type { ChunkDocument, SessionDocument } from "../store/documents.ts";
import { eachPage } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import type { Report } from "./finding.ts";

/** Statuses that are asked for at the same time. */
const READS_AT_ONCE = 64;

export interface AuditChunksModules {
  readonly store: Pick<Store, "chunks">;
  readonly chunkStore: LucidChunkStoreClient;
}

/**
 * Holds a session's chunks to the session's root and size, and their status to the contract's. A page of chunks is in
 * memory at a time, and a hash for each chunk.
 */
export async function auditChunks(
  entry: SessionDocument,
  commitment: string,
  { store, chunkStore }: AuditChunksModules,
  report: Report,
): Promise<void> {
  const { _id: sessionId, chunk_count: count, merkle_root: root, size_bytes: size } = entry;
  const leaves: string[] = [];
  let bytes = 0;
  const recorded = entry.status === "anchored" ? await chunkStore.recordedCount(commitment) : 0;
  for await (const page of eachPage((request) => store.chunks.bySession(sessionId, {}, request))) {
    for (const chunk of page) {
      leaves.push(chunkLeaf(chunkOf(chunk)));
      bytes += chunk.size_bytes;
    }
    await auditStatus(sessionId, commitment, page, recorded, chunkStore, report);
  }
  const place = { sessionId };
  if (leaves.length !== count) {
    report({ code: "CHUNK_MISSING", place, expected: count, found: leaves.length });
  }
  const found = leaves.length === 0 ? "no chunks" : merkleTree(leaves, leaves.length).root;
  if (found !== root && count > 0) report({ code: "CHUNK_CONTENT_DIFFERS", place, expected: root, found });
  if (bytes !== size) report({ code: "CHUNK_SIZES_DIFFER", place, expected: size, found: bytes });
}

function chunkOf({ idx, size_bytes, ciphertext_sha256, content_root }: ChunkDocument): Chunk {
  return { idx, sizeBytes: size_bytes, ciphertextSha256: ciphertext_sha256, contentRoot: content_root };
}

async function auditStatus(
  sessionId: string,
  commitment: string,
  chunks: readonly ChunkDocument[],
  recorded: number,
  chunkStore: LucidChunkStoreClient,
  report: Report,
): Promise<void> {
  for (const group of inGroups(chunks, READS_AT_ONCE)) {
    // Nothing of the session is recorded: no chunk has a status, and none need be asked for.
    const statuses = await Promise.all(
      group.map(({ idx }) => (recorded === 0 ? CHUNK_STATUSES[0] : chunkStore.statusOf(commitment, idx))),
    );
    for (const [at, { idx, status }] of group.entries()) {
      const expected = (statuses[at] ?? "None").toLowerCase();
      // The store learns of a status after the chain: it may lag behind with "none", and only a node's own run mends it.
      if (status === expected) continue;
      report({ code: "CHUNK_STATUS_DIFFERS", place: { sessionId, idx }, expected, found: status });
    }
  }
}
