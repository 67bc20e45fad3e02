import { getAddress } from "ethers";
import type { Session } from "../sessions/session.ts";
import { sessionIdToBytes32 } from "../sessions/session-id.ts";
import type { SessionDocument } from "../store/documents.ts";
import type { Store } from "../store/store.ts";
import type { TreeProof } from "./anchor.ts";

/** What the store has about a session. */
export interface RecordedSession {
  readonly session: Session;
  /** The owner's, as it was entered; `verifyOwnership` checks whether it is valid. */
  readonly signature: string;
  /** Unix seconds; undefined where it is not entered as anchored. */
  readonly registeredAt: number | undefined;
  readonly txid: string | undefined;
  readonly blockNumber: number | undefined;
  /** The tree in which it was anchored, or was about to be. */
  readonly tree: TreeProof | undefined;
}

/** @param sessionId UUID */
export async function recordedSession(store: Store, sessionId: string): Promise<RecordedSession | undefined> {
  const entry = await store.sessions.get(sessionId);
  return entry && recordedOf(entry);
}

/** The same, from a document of the store. */
export function recordedOf(entry: SessionDocument): RecordedSession {
  const { tree_root: root, tree_index: index, tree_proof: proof } = entry;
  const isInTree = root !== undefined && index !== undefined && proof !== undefined;
  return {
    session: {
      sessionId: sessionIdToBytes32(entry._id),
      manifestHash: entry.manifest_hash,
      startedAt: entry.started_at,
      owner: getAddress(entry.owner_addr),
      merkleRoot: entry.merkle_root,
      chunkCount: entry.chunk_count,
    },
    signature: entry.owner_sig,
    registeredAt: entry.registered_at,
    txid: entry.anchor_txid,
    blockNumber: entry.block_number,
    tree: isInTree ? { root, index, proof } : undefined,
  };
}
