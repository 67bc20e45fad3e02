import type { SealedSession } from "../sessions/seal-session.ts";
import { chunkPath } from "../sessions/session-directory.ts";
import type { Store } from "../store/store.ts";
import type { Anchor, TreeProof } from "./anchor.ts";

/** Enters a sealed session and its chunks into the store; entered already, it changes nothing. */
export async function recordSession(store: Store, sealed: SealedSession): Promise<void> {
  const { manifest, manifestHash, signature, directory } = sealed;
  const chunks = manifest.chunks.map((chunk) => ({
    session_id: manifest.sessionId,
    idx: chunk.idx,
    local_path: chunkPath(directory, chunk.idx),
    ciphertext_sha256: chunk.ciphertextSha256,
    content_root: chunk.contentRoot,
    size_bytes: chunk.sizeBytes,
    status: "none" as const,
  }));
  if ((await store.sessions.get(manifest.sessionId)) === undefined) {
    // The chunks first: a session that is listed has its chunks, also after a crash in between.
    await store.chunks.insertMany(chunks);
  }
  await store.sessions.insert({
    _id: manifest.sessionId,
    owner_addr: manifest.owner,
    owner_sig: signature,
    started_at: manifest.startedAt,
    ended_at: manifest.endedAt,
    manifest_hash: manifestHash,
    merkle_root: manifest.merkleRoot,
    chunk_count: manifest.chunks.length,
    size_bytes: manifest.chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    status: "sealed",
  });
}

/** Enters where a session was anchored; one that is entered as anchored keeps its first anchor. */
export async function recordAnchor(
  store: Store,
  sessionId: string,
  { mode, txid, blockNumber, gasUsed, tree }: Anchor,
): Promise<void> {
  const standing = await store.sessions.get(sessionId);
  if (standing?.status !== "sealed" && standing?.status !== "pending") return;
  await store.sessions.move(sessionId, standing.status, "anchored", {
    anchor_mode: mode,
    anchor_txid: txid,
    block_number: blockNumber,
    ...(gasUsed !== undefined && { gas_used: gasUsed }),
    ...(tree && { tree_root: tree.root, tree_index: tree.index, tree_proof: tree.proof }),
  });
}

/** What the store remembers of the tree in which a session was anchored. */
export async function recordedTree(store: Store, sessionId: string): Promise<TreeProof | undefined> {
  const {
    tree_root: root,
    tree_index: index,
    tree_proof: proof,
  } = (await store.sessions.get(sessionId)) ?? {};
  return root === undefined || index === undefined || proof === undefined
    ? undefined
    : { root, index, proof };
}
