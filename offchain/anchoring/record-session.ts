import type { SealedSession } from "../sessions/seal-session.ts";
import { chunkPath } from "../sessions/session-directory.ts";
import type { SessionAnchor } from "../store/repositories/sessions.ts";
import type { Store } from "../store/store.ts";
import type { Anchor, TreeProof } from "./anchor.ts";
import { equivocation, isEquivocation } from "./equivocation.ts";
import { AnchoringError } from "./errors.ts";
import type { LabelledSession } from "./labelled-session.ts";
import { type RecordedSession, recordedSession } from "./recorded-session.ts";

/**
 * Enters a sealed session and its chunks into the store; entered already, it changes nothing.
 *
 * @throws {AnchoringError} SESSION_EQUIVOCATED where the store has another content under the id that the same owner
 * signed; SESSION_ID_TAKEN where it has one of another owner
 * @throws {StoreError} STORE_CONFLICT where it has any other content
 */
export async function recordSession(store: Store, sealed: SealedSession): Promise<void> {
  await recordSessions(store, [sealed]);
}

/** The same for several sessions, in two writes for all of them: each is a sync of the disk, or a way to a server. */
export async function recordSessions(store: Store, sessions: readonly LabelledSession[]): Promise<void> {
  const recorded = await Promise.all(
    sessions.map(({ manifest }) => recordedSession(store, manifest.sessionId)),
  );
  for (const [at, sealed] of sessions.entries()) requireSameContent(recorded[at], sealed);
  // The chunks first: a session that is listed has its chunks, also after a crash in between.
  const unrecorded = sessions.filter((_, at) => recorded[at] === undefined);
  await store.chunks.insertMany(unrecorded.flatMap(chunksOf));
  await store.sessions.insertMany(sessions.map(entryOf));
}

/** @throws {AnchoringError} SESSION_EQUIVOCATED, SESSION_ID_TAKEN */
function requireSameContent(
  recorded: RecordedSession | undefined,
  { manifest, session }: SealedSession,
): void {
  if (recorded === undefined) return;
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

function entryOf({ manifest, manifestHash, signature, label }: LabelledSession) {
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
 * What is taken back when a chain does not have the anchor. The path to a tree is not among them: it may be the only
 * copy, the chain that was asked may be another one or an endpoint that lags, and a path that leads nowhere does no harm.
 */
const ANCHOR_FIELDS: readonly (keyof SessionAnchor)[] = [
  "anchor_mode",
  "registered_at",
  "anchor_txid",
  "block_number",
  "gas_used",
];

/**
 * Enters where a session was anchored. What was entered before about another chain, or about a block that a reorg
 * took away, gives way: the chain has just been asked.
 */
export async function recordAnchor(
  store: Store,
  sessionId: string,
  { mode, registeredAt, txid, blockNumber, gasUsed, tree }: Anchor,
): Promise<void> {
  const entry = await store.sessions.get(sessionId);
  const isEntered = entry?.registered_at === registeredAt && entry.anchor_txid === txid;
  if (entry?.status === "anchored" && isEntered) return;
  const from = entry?.status === "anchored" ? await recordUnanchored(store, sessionId) : entry?.status;
  if (from !== "sealed" && from !== "pending") return;
  const anchor = {
    anchor_mode: mode,
    registered_at: registeredAt,
    ...(txid !== undefined && { anchor_txid: txid }),
    ...(blockNumber !== undefined && { block_number: blockNumber }),
    ...(gasUsed !== undefined && { gas_used: gasUsed }),
    ...treeFields(tree),
  };
  const stale = ANCHOR_FIELDS.filter((field) => !(field in anchor));
  await store.sessions.move(sessionId, from, "anchored", anchor, stale);
}

/**
 * Enters the tree that a session is about to be anchored in. Done before the transaction is sent, it leads a later
 * run to the tree whatever sessions that one is given, and however this one ends.
 */
export async function recordIntendedTree(store: Store, sessionId: string, tree: TreeProof): Promise<void> {
  const from = await recordUnanchored(store, sessionId);
  if (from === "sealed") await store.sessions.move(sessionId, from, "pending", treeFields(tree));
}

/** Takes back what is entered about an anchor that the chain does not have. @returns the status now. */
export async function recordUnanchored(store: Store, sessionId: string) {
  const entry = await store.sessions.get(sessionId);
  if (entry?.status !== "anchored" && entry?.status !== "pending") return entry?.status;
  await store.sessions.move(sessionId, entry.status, "sealed", {}, ANCHOR_FIELDS);
  return "sealed" as const;
}

const treeFields = (tree: TreeProof | undefined) =>
  tree && { tree_root: tree.root, tree_index: tree.index, tree_proof: tree.proof };
