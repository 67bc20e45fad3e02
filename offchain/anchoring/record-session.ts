import { inGroups } from "../in-groups.ts";
import type { SealedSession } from "../sessions/sealed-session.ts";
import { chunkPath } from "../sessions/session-directory.ts";
import type { SessionDocument } from "../store/documents.ts";
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
  const chunks = sessions.filter((sealed) => !isRecorded(sealed)).flatMap(chunksOf);
  for (const group of inGroups(chunks, MAX_CHUNKS_WRITTEN)) await store.chunks.insertMany(group);
  // A record with the same manifest is the same session; the store refuses anything else.
  const isSame = ({ manifest, manifestHash, signature }: SealedSession) => {
    const entry = entries.get(manifest.sessionId);
    return entry?.manifest_hash === manifestHash && entry.owner_sig === signature;
  };
  await store.sessions.insertMany(sessions.filter((sealed) => !isSame(sealed)).map(newEntryOf));
}

/** Chunks that are written at a time: MongoDB takes 16 MiB in a message. */
const MAX_CHUNKS_WRITTEN = 10_000;

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
export const ANCHOR_FIELDS: readonly (keyof SessionAnchorFields)[] = [
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
 * overwritten, because the chain has just been asked. Where another process changes an entry at the same time, it is
 * read again.
 *
 * @throws {AnchoringError} ANCHORS_NOT_ENTERED where another process does so each time
 */
export async function recordAnchors(store: Store, anchored: readonly SessionAnchor[]): Promise<void> {
  let left = anchored;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const entries = await store.sessions.getMany(left.map(({ sessionId }) => sessionId));
    left = left.filter(({ sessionId, anchor }) => {
      const entry = entries.get(sessionId);
      return entry !== undefined && !isEntered(entry, anchor);
    });
    if (left.length === 0) return;
    const changed = left.map(({ sessionId, anchor }) => {
      return { entry: entries.get(sessionId) as SessionDocument, anchor };
    });
    await store.sessions.moveMany(
      changed.flatMap(({ entry }) => (entry.status === "anchored" ? [movedBack(entry)] : [])),
    );
    const moves = changed.map(({ entry, anchor }) => anchoredMove(entry, anchor));
    if ((await store.sessions.moveMany(moves)) === moves.length) return;
  }
  const sessionIds = left.map(({ sessionId }) => sessionId);
  throw new AnchoringError({ code: "ANCHORS_NOT_ENTERED", sessionIds, tries: MAX_TRIES });
}

/** Somebody else's change between reading and writing is rare, and twice in a row hardly happens. */
const MAX_TRIES = 5;

const isEntered = (entry: SessionDocument, { registeredAt, txid }: Anchor) =>
  entry.status === "anchored" && entry.registered_at === registeredAt && entry.anchor_txid === txid;

function anchoredMove(entry: SessionDocument, anchor: Anchor): SessionMove {
  const { tree } = anchor;
  // Written when it was intended: a path is the largest part of an entry.
  const isKnown = tree !== undefined && entry.tree_root === tree.root && entry.tree_index === tree.index;
  const fields = { ...fieldsOf(anchor), ...(tree !== undefined && !isKnown && treeFields(tree)) };
  return {
    id: entry._id,
    from: entry.status === "anchored" ? "sealed" : entry.status,
    to: "anchored",
    anchor: fields,
    unset: ANCHOR_FIELDS.filter((field) => !(field in fields)),
    expectedTree: entry.tree_root ?? null,
  };
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
 * @throws {AnchoringError} SESSIONS_CHANGED where another process anchors some of them at the same time: then nothing
 * may be sent, because not every path is kept
 */
export async function recordIntendedTree(store: Store, intended: readonly IntendedTree[]): Promise<void> {
  const entries = await store.sessions.getMany(intended.map(({ sessionId }) => sessionId));
  const moved = await store.sessions.moveMany(
    intended.map(({ sessionId, tree }): SessionMove => {
      const expectedTree = entries.get(sessionId)?.tree_root ?? null;
      return { id: sessionId, from: "sealed", to: "pending", anchor: treeFields(tree), expectedTree };
    }),
  );
  if (moved === intended.length) return;
  const { root } = (intended[0] as IntendedTree).tree;
  const changed = intended.length - moved;
  throw new AnchoringError({ code: "SESSIONS_CHANGED", root, changed, sessions: intended.length });
}

/** Removes what was entered about anchors that the chain does not have. */
export async function recordUnanchored(store: Store, sessionIds: readonly string[]): Promise<void> {
  const entries = await store.sessions.getMany(sessionIds);
  await store.sessions.moveMany(
    [...entries.values()].flatMap((entry) => (entry.status === "sealed" ? [] : [movedBack(entry)])),
  );
}

const movedBack = ({ _id, status, tree_root }: SessionDocument): SessionMove => ({
  ...{ id: _id, from: status, to: "sealed", unset: ANCHOR_FIELDS, expectedTree: tree_root ?? null },
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
