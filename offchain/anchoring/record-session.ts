import type { SealedSession } from "../sessions/sealed-session.ts";
import { chunkPath } from "../sessions/session-directory.ts";
import type { SessionDocument, SessionStatus } from "../store/documents.ts";
import type { SessionAnchor as SessionAnchorFields, SessionMove } from "../store/repositories/sessions.ts";
import type { Store } from "../store/store.ts";
import type { Anchor, TreeProof } from "./anchor.ts";
import { equivocation, isEquivocation } from "./equivocation.ts";
import { AnchoringError } from "./errors.ts";
import type { LabelledSession } from "./labelled-session.ts";
import { type RecordedSession, recordedOf } from "./recorded-session.ts";

/**
 * Enters a sealed session and its chunks into the store; if it is already entered, this changes nothing.
 *
 * @throws {AnchoringError} SESSION_EQUIVOCATED where the store has another content under the id that the same owner
 * signed; SESSION_ID_TAKEN where it has one of another owner
 * @throws {StoreError} STORE_CONFLICT where it has any other content
 */
export async function recordSession(store: Store, sealed: SealedSession): Promise<void> {
  await recordSessions(store, [sealed]);
}

/** The same for several sessions, in two writes for all of them: each write is a disk sync or a round trip to a server. */
export async function recordSessions(store: Store, sessions: readonly LabelledSession[]): Promise<void> {
  const entries = await store.sessions.getMany(sessions.map(({ manifest }) => manifest.sessionId));
  const isRecorded = ({ manifest }: SealedSession) => entries.has(manifest.sessionId);
  for (const sealed of sessions) {
    const entry = entries.get(sealed.manifest.sessionId);
    if (entry !== undefined) requireSameContent(recordedOf(entry), sealed);
  }
  // The chunks first: a session that is listed has its chunks, also after a crash in between.
  await store.chunks.insertMany(sessions.filter((sealed) => !isRecorded(sealed)).flatMap(chunksOf));
  // A record with the same manifest is the same session; the store refuses anything else.
  const isSame = ({ manifest, manifestHash, signature }: SealedSession) => {
    const entry = entries.get(manifest.sessionId);
    return entry?.manifest_hash === manifestHash && entry.owner_sig === signature;
  };
  await store.sessions.insertMany(sessions.filter((sealed) => !isSame(sealed)).map(newEntryOf));
}

/** @throws {AnchoringError} SESSION_EQUIVOCATED, SESSION_ID_TAKEN */
function requireSameContent(recorded: RecordedSession, { manifest, session }: SealedSession): void {
  if (isEquivocation(recorded, session)) {
    throw equivocation([recorded, { session, registeredAt: undefined }]);
  }
  const { owner } = session;
  const recordedOwner = recorded.session.owner;
  if (owner === recordedOwner) return;
  const { sessionId } = manifest;
  throw new AnchoringError({ code: "SESSION_ID_TAKEN", sessionId, owner, recordedOwner });
}

function chunksOf({ manifest, directory }: SealedSession) {
  return manifest.chunks.map((chunk) => ({
    session_id: manifest.sessionId,
    idx: chunk.idx,
    local_path: chunkPath(directory, chunk.idx),
    ciphertext_sha256: chunk.ciphertextSha256,
    content_root: chunk.contentRoot,
    size_bytes: chunk.sizeBytes,
    status: "none" as const,
  }));
}

function newEntryOf({ manifest, manifestHash, signature, label }: LabelledSession) {
  return {
    _id: manifest.sessionId,
    owner_addr: manifest.owner,
    owner_sig: signature,
    started_at: manifest.startedAt,
    ended_at: manifest.endedAt,
    manifest_hash: manifestHash,
    merkle_root: manifest.merkleRoot,
    chunk_count: manifest.chunks.length,
    size_bytes: manifest.chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    status: "sealed" as const,
    ...(label !== undefined && { label }),
  };
}

/**
 * The fields that are removed when a chain does not have the anchor. The path to a tree is kept: it may be the only copy,
 * the chain may be a different one or the endpoint may lag, and a path to an unknown root does no harm.
 */
const ANCHOR_FIELDS: readonly (keyof SessionAnchorFields)[] = [
  "anchor_mode",
  "registered_at",
  "anchor_txid",
  "block_number",
  "gas_used",
];

/** A session by its UUID, and where it was anchored. */
export interface SessionAnchor {
  readonly sessionId: string;
  readonly anchor: Anchor;
}

/**
 * Enters where sessions were anchored. Earlier entries about another chain, or about a block that a reorg removed, are
 * overwritten, because the chain has just been asked.
 */
export async function recordAnchors(store: Store, anchored: readonly SessionAnchor[]): Promise<void> {
  const entries = await store.sessions.getMany(anchored.map(({ sessionId }) => sessionId));
  const isEntered = ({ sessionId, anchor }: SessionAnchor) => {
    const entry = entries.get(sessionId);
    const isSame = entry?.registered_at === anchor.registeredAt && entry.anchor_txid === anchor.txid;
    return entry === undefined || (entry.status === "anchored" && isSame);
  };
  const changed = anchored.filter((one) => !isEntered(one));
  await store.sessions.moveMany(
    changed.flatMap(({ sessionId }) =>
      entries.get(sessionId)?.status === "anchored" ? [movedBack(sessionId, "anchored")] : [],
    ),
  );
  await store.sessions.moveMany(
    changed.map(({ sessionId, anchor }): SessionMove => {
      const entry = entries.get(sessionId) as SessionDocument;
      const from = entry.status === "anchored" ? "sealed" : entry.status;
      const { tree } = anchor;
      // Written when it was intended: a path is the largest part of an entry.
      const isKnown = tree !== undefined && entry.tree_root === tree.root && entry.tree_index === tree.index;
      const fields = { ...fieldsOf(anchor), ...(tree !== undefined && !isKnown && treeFields(tree)) };
      const unset = ANCHOR_FIELDS.filter((field) => !(field in fields));
      return { id: sessionId, from, to: "anchored", anchor: fields, unset };
    }),
  );
}

/** A session by its UUID, and the tree that it is about to be anchored in. */
export interface IntendedTree {
  readonly sessionId: string;
  readonly tree: TreeProof;
}

/**
 * Enters the tree that sessions are about to be anchored in. It is done before the transaction is sent, so that a
 * later run finds the tree, whichever sessions it is given and however this run ends.
 *
 * @param intended of sessions that are not anchored, nor pending (recordUnanchored)
 */
export async function recordIntendedTree(store: Store, intended: readonly IntendedTree[]): Promise<void> {
  await store.sessions.moveMany(
    intended.map(({ sessionId, tree }): SessionMove => {
      return { id: sessionId, from: "sealed", to: "pending", anchor: treeFields(tree) };
    }),
  );
}

/** Removes what was entered about anchors that the chain does not have. */
export async function recordUnanchored(store: Store, sessionIds: readonly string[]): Promise<void> {
  const entries = await store.sessions.getMany(sessionIds);
  await store.sessions.moveMany(
    [...entries.values()].flatMap(({ _id, status }) => (status === "sealed" ? [] : [movedBack(_id, status)])),
  );
}

const movedBack = (id: string, from: SessionStatus): SessionMove => ({
  ...{ id, from, to: "sealed", unset: ANCHOR_FIELDS },
});

function fieldsOf({ mode, registeredAt, txid, blockNumber, gasUsed }: Anchor): SessionAnchorFields {
  return {
    anchor_mode: mode,
    registered_at: registeredAt,
    ...(txid !== undefined && { anchor_txid: txid }),
    ...(blockNumber !== undefined && { block_number: blockNumber }),
    ...(gasUsed !== undefined && { gas_used: gasUsed }),
  };
}

const treeFields = ({ root, index, proof }: TreeProof): SessionAnchorFields => ({
  ...{ tree_root: root, tree_index: index, tree_proof: proof },
});
