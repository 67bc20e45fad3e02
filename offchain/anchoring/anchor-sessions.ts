import type { TransactionReceipt, Wallet } from "ethers";
import {
  type LucidAnchorsClient,
  MAX_SESSIONS_PER_BATCH,
  MAX_SESSIONS_PER_TREE,
} from "../contracts/lucid-anchors/client.ts";
import type { SealedSession } from "../sessions/seal-session.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import { sessionTree, sessionTreeProof } from "../sessions/session-tree.ts";
import type { Store } from "../store/store.ts";
import type { Anchor, AnchorMode } from "./anchor.ts";
import { AnchoringError } from "./errors.ts";
import { type AnchorTransaction, findAnchorTransaction } from "./find-anchor-transaction.ts";
import { type AnchorLocation, locateAnchor } from "./locate-anchor.ts";
import { findEquivocation } from "./other-contents.ts";
import { recordAnchor, recordIntendedTree, recordSession, recordUnanchored } from "./record-session.ts";
import { recordedSession } from "./recorded-session.ts";
import { sendBatches } from "./send-batches.ts";

export interface AnchorModules {
  readonly anchors: LucidAnchorsClient;
  readonly store: Store;
}

export interface AnchorRequest {
  /** Their owners' signatures verified (loadSession). */
  readonly sessions: readonly SealedSession[];
  readonly mode: AnchorMode;
  /** Holds REGISTRAR_ROLE. */
  readonly signer: Wallet;
  readonly onProgress?: (text: string) => void;
}

/** A session and its anchor. */
export interface AnchorOutcome {
  readonly sealed: SealedSession;
  readonly anchor: Anchor;
  /** Whether it was registered before this call. */
  readonly wasRegistered: boolean;
}

/**
 * Transactions that are sent before the first of them is mined: a block of a fast chain holds more than the 16 slots
 * that go-ethereum's pool grants an account for certain. It keeps more while it is not full, and what a pool drops the
 * monitor sends again.
 */
export const TRANSACTIONS_IN_FLIGHT = 64;

/**
 * Anchors sessions, each of them once: what an earlier run signed is finished first, then the chain is asked what is
 * registered already, and only the rest is sent. Killed at any point and run again, it ends the same.
 *
 * @returns One outcome a session, in the order of the request.
 * @throws {AnchoringError} SESSION_NAMED_TWICE, SESSION_EQUIVOCATED, SESSION_NOT_ANCHORED, TREE_TOO_LARGE
 * @throws {ContractError} CONTRACT_REVERTED
 * @throws {EvmError} CALL_TOO_LARGE where the chain does not take a single session, and others
 */
export async function anchorSessions(
  request: AnchorRequest,
  modules: AnchorModules,
): Promise<AnchorOutcome[]> {
  const { store, anchors } = modules;
  const sessions = byId(request.sessions);
  if (request.mode === "tree") requireOneTree(sessions.size);
  for (const sealed of sessions.values()) await enterSession(sealed, modules);
  const finished = await anchors.resume(request.signer);
  if (finished > 0) request.onProgress?.(`finished ${finished} transaction(s) of an earlier run`);

  const outcomes = new Map<string, AnchorOutcome>();
  const enter = async (outcome: AnchorOutcome) => {
    const { sessionId } = outcome.sealed.manifest;
    await recordAnchor(store, sessionId, outcome.anchor);
    outcomes.set(sessionId, outcome);
  };
  const waiting: SealedSession[] = [];
  for (const sealed of sessions.values()) {
    const registered = await findRegistered(sealed, request, modules);
    if (registered === undefined) waiting.push(sealed);
    else await enter(registered);
  }
  for (const { manifest } of waiting) await recordUnanchored(store, manifest.sessionId);
  const send = request.mode === "tree" ? sendTree : sendSlots;
  for await (const outcome of send(waiting, request, modules)) await enter(outcome);
  return [...sessions.keys()].map((id) => outcomes.get(id) as AnchorOutcome);
}

/** @throws {AnchoringError} SESSION_NAMED_TWICE */
function byId(sessions: readonly SealedSession[]): Map<string, SealedSession> {
  const named = new Map<string, SealedSession>();
  for (const sealed of sessions) {
    const { sessionId } = sealed.manifest;
    const other = named.get(sessionId);
    if (other !== undefined && other.manifestHash !== sealed.manifestHash) {
      const directories = [other.directory, sealed.directory];
      throw new AnchoringError({ code: "SESSION_NAMED_TWICE", sessionId, directories });
    }
    named.set(sessionId, sealed);
  }
  return named;
}

/**
 * Refuses what one tree cannot hold before anything is recorded or asked. Sessions that are anchored already count
 * too: to leave them out, the chain would have to be asked about each of them.
 *
 * @throws {AnchoringError} TREE_TOO_LARGE
 */
function requireOneTree(sessions: number): void {
  if (sessions <= MAX_SESSIONS_PER_TREE) return;
  throw new AnchoringError({ code: "TREE_TOO_LARGE", sessions, maximum: MAX_SESSIONS_PER_TREE });
}

/** @throws {AnchoringError} SESSION_EQUIVOCATED, with what the chain says of both contents */
async function enterSession(sealed: SealedSession, { anchors, store }: AnchorModules): Promise<void> {
  const recorded = await recordedSession(store, sealed.manifest.sessionId);
  const [finding] = await findEquivocation(sealed.session, undefined, recorded, anchors);
  if (finding !== undefined) throw finding;
  await recordSession(store, sealed);
}

/** The anchor that a session has already; undefined where the session is yet to be sent. */
async function findRegistered(
  sealed: SealedSession,
  { onProgress }: AnchorRequest,
  { anchors, store }: AnchorModules,
): Promise<AnchorOutcome | undefined> {
  const { manifest, session } = sealed;
  const recorded = await recordedSession(store, manifest.sessionId);
  const { earliest } = await locateAnchor(anchors, session, recorded?.tree);
  if (earliest === undefined) return undefined;
  const isRecorded = recorded?.registeredAt === earliest.registeredAt && recorded.txid !== undefined;
  const transaction = isRecorded
    ? { txid: recorded.txid as string, blockNumber: recorded.blockNumber as number }
    : await findAnchorTransaction(anchors, session, earliest, onProgress);
  return { sealed, anchor: await anchorAt(earliest, transaction, store), wasRegistered: true };
}

/** An anchor with what the store knows of its transaction. */
async function anchorAt(
  { registeredAt, tree }: AnchorLocation,
  transaction: AnchorTransaction | undefined,
  store: Store,
): Promise<Anchor> {
  const own = transaction && (await store.anchorTransactions.get(transaction.txid));
  const mode = tree !== undefined ? "tree" : own?.purpose === "sessions" ? "batch" : "single";
  return { mode, registeredAt, ...transaction, gasUsed: own?.gas_used, tree };
}

async function* sendSlots(
  sessions: readonly SealedSession[],
  request: AnchorRequest,
  modules: AnchorModules,
): AsyncGenerator<AnchorOutcome> {
  const { mode, signer, onProgress } = request;
  const { anchors } = modules;
  let anchored = 0;
  const sending = sendBatches(sessions, {
    mostItems: mode === "batch" ? MAX_SESSIONS_PER_BATCH : 1,
    bounds: await anchors.bounds(),
    inFlight: TRANSACTIONS_IN_FLIGHT,
    gasLimitOf: (batch) => anchors.gasLimitOfSessions(signer.address, sessionsOf(batch)),
    send: (batch, limit) =>
      mode === "batch"
        ? anchors.registerSessions(signer, sessionsOf(batch), limit)
        : anchors.registerSession(signer, sessionsOf(batch)[0] as Session, limit),
  });
  if (sessions.length > 0) onProgress?.(`anchoring ${sessions.length} session(s)`);
  for await (const { batch, sent } of sending) {
    yield* outcomesOf(sent, batch, request, modules);
    anchored += batch.length;
    onProgress?.(`anchored ${anchored} of ${sessions.length}`);
  }
}

const sessionsOf = (batch: readonly SealedSession[]) => batch.map(({ session }) => session);

async function* outcomesOf(
  receipt: TransactionReceipt,
  group: readonly SealedSession[],
  request: AnchorRequest,
  modules: AnchorModules,
): AsyncGenerator<AnchorOutcome> {
  const { mode } = request;
  const { hash: txid, blockNumber } = receipt;
  const registered = new Set(modules.anchors.commitmentsIn(receipt));
  const registeredAt = await modules.anchors.blockTime(blockNumber);
  for (const sealed of group) {
    if (registeredAt !== undefined && registered.has(sessionCommitment(sealed.session))) {
      const anchor = { mode, registeredAt, txid, blockNumber, gasUsed: Number(receipt.gasUsed) };
      yield { sealed, anchor, wasRegistered: false };
      continue;
    }
    // Not among the events: somebody else registered it in the meantime.
    const found = await findRegistered(sealed, request, modules);
    if (found === undefined) throw notAnchored(sealed, modules.anchors);
    yield found;
  }
}

async function* sendTree(
  sessions: readonly SealedSession[],
  request: AnchorRequest,
  modules: AnchorModules,
): AsyncGenerator<AnchorOutcome> {
  const { signer, onProgress } = request;
  const { anchors, store } = modules;
  if (sessions.length === 0) return;
  // By their ids, so that the same sessions give the same root in whatever order they are named.
  const sorted = [...sessions].sort((a, b) => (a.manifest.sessionId < b.manifest.sessionId ? -1 : 1));
  const tree = sessionTree(sorted.map(({ session }) => session));
  const { root } = tree;
  const leaves = sorted.map((sealed, index) => ({
    sealed,
    proof: { root, index, proof: sessionTreeProof(tree, index) },
  }));
  const [{ sealed: first }] = leaves as [(typeof leaves)[number]];
  // Where the store was lost, the same sessions lead to a root that is registered already.
  const before = await anchors.treeOf(root);
  let transaction: AnchorTransaction | undefined;
  if (before === undefined) {
    onProgress?.(`anchoring a tree of ${sorted.length} sessions`);
    for (const { sealed, proof } of leaves) {
      await recordIntendedTree(store, sealed.manifest.sessionId, proof);
    }
    const receipt = await anchors.registerSessionTree(signer, root, sorted.length);
    // Where somebody else was quicker, the transaction did nothing and the event is in another one.
    if (anchors.rootsIn(receipt).includes(root)) {
      transaction = { txid: receipt.hash, blockNumber: receipt.blockNumber };
    }
  }
  const registered = before ?? (await anchors.treeOf(root));
  if (registered === undefined) throw notAnchored(first, anchors);
  const { registeredAt } = registered;
  const location = { kind: "tree", registeredAt, tree: leaves[0]?.proof } as AnchorLocation;
  transaction ??= await findAnchorTransaction(anchors, first.session, location, onProgress);
  for (const { sealed, proof } of leaves) {
    const anchor = await anchorAt({ kind: "tree", registeredAt, tree: proof }, transaction, store);
    yield { sealed, anchor, wasRegistered: before !== undefined };
  }
}

function notAnchored({ manifest, session }: SealedSession, { address: contract }: LucidAnchorsClient) {
  const commitment = sessionCommitment(session);
  return new AnchoringError({
    code: "SESSION_NOT_ANCHORED",
    sessionId: manifest.sessionId,
    commitment,
    contract,
  });
}
