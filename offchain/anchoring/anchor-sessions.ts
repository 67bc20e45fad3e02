import type { TransactionReceipt, Wallet } from "ethers";
import {
  type LucidAnchorsClient,
  MAX_SESSIONS_PER_BATCH,
  MAX_SESSIONS_PER_TREE,
} from "../contracts/lucid-anchors.ts";
import type { SealedSession } from "../sessions/seal-session.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import { sessionTree, sessionTreeProof } from "../sessions/session-tree.ts";
import type { Store } from "../store/store.ts";
import type { Anchor, AnchorMode } from "./anchor.ts";
import { AnchoringError } from "./errors.ts";
import { type AnchorLocation, locateAnchor } from "./locate-anchor.ts";
import {
  recordAnchor,
  recordedTree,
  recordIntendedTree,
  recordSession,
  recordSquatted,
  recordUnanchored,
} from "./record-session.ts";

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

/** What became of a session: it is anchored, or another content stands under its id. */
export type AnchorOutcome =
  | {
      readonly sealed: SealedSession;
      readonly anchor: Anchor;
      /** Whether it stood before this call. */
      readonly stood: boolean;
    }
  | { readonly sealed: SealedSession; readonly squatted: AnchoringError };

/** Nodes keep a handful of an account's transactions in their pool for certain: geth's pool grants it 16. */
const TRANSACTIONS_IN_FLIGHT = 16;

/**
 * Anchors sessions, each of them once: what an earlier run signed is finished first, then the chain says what
 * stands already, and only the rest is sent. Killed at any point and run again, it ends the same. A session whose
 * id is squatted holds up no other.
 *
 * @returns One outcome a session, in the order of the request.
 * @throws {AnchoringError} SESSION_NAMED_TWICE, TREE_TOO_LARGE
 * @throws {ContractError} CONTRACT_REVERTED
 * @throws {EvmError}
 */
export async function anchorSessions(
  request: AnchorRequest,
  modules: AnchorModules,
): Promise<AnchorOutcome[]> {
  const { store, anchors } = modules;
  const sessions = byId(request.sessions);
  for (const sealed of sessions.values()) await recordSession(store, sealed);
  const finished = await anchors.resume(request.signer);
  if (finished > 0) request.onProgress?.(`finished ${finished} transaction(s) of an earlier run`);

  const outcomes = new Map<string, AnchorOutcome>();
  const enter = async (outcome: AnchorOutcome) => {
    const { sessionId } = outcome.sealed.manifest;
    if ("anchor" in outcome) await recordAnchor(store, sessionId, outcome.anchor);
    else await recordSquatted(store, sessionId);
    outcomes.set(sessionId, outcome);
  };
  const waiting: SealedSession[] = [];
  for (const sealed of sessions.values()) {
    const standing = await findStanding(sealed, modules);
    if (standing === undefined) waiting.push(sealed);
    else await enter(standing);
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

/** What the chain has under a session's id; undefined where the session is yet to be sent. */
async function findStanding(
  sealed: SealedSession,
  { anchors, store }: AnchorModules,
): Promise<AnchorOutcome | undefined> {
  const { manifest, session } = sealed;
  const { sessionId } = manifest;
  const { location, conflict } = await locateAnchor(anchors, session, await recordedTree(store, sessionId));
  if (conflict !== undefined) {
    const offered = sessionCommitment(session);
    const { standing } = conflict;
    return {
      sealed,
      squatted: new AnchoringError({ code: "SESSION_SQUATTED", sessionId, standing, offered }),
    };
  }
  return location && { sealed, anchor: await anchorAt(location, store), stood: true };
}

/** An anchor with what the store knows of its transaction. */
async function anchorAt({ txid, blockNumber, tree }: AnchorLocation, store: Store): Promise<Anchor> {
  const transaction = await store.anchorTransactions.get(txid);
  const mode = tree !== undefined ? "tree" : transaction?.purpose === "sessions" ? "batch" : "single";
  return { mode, txid, blockNumber, gasUsed: transaction?.gas_used, ...(tree && { tree }) };
}

async function* sendSlots(
  sessions: readonly SealedSession[],
  { mode, signer, onProgress }: AnchorRequest,
  modules: AnchorModules,
): AsyncGenerator<AnchorOutcome> {
  const { anchors } = modules;
  const groups = inGroups(sessions, mode === "batch" ? MAX_SESSIONS_PER_BATCH : 1);
  let sent = 0;
  for (const wave of inGroups(groups, TRANSACTIONS_IN_FLIGHT)) {
    sent += wave.flat().length;
    onProgress?.(`anchoring ${sent} of ${sessions.length}`);
    const outcomes = await Promise.allSettled(wave.map((group) => sendGroup(anchors, signer, mode, group)));
    // What went through is entered, also where another one of the wave did not.
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === "rejected") continue;
      yield* entriesOf(outcome.value, wave[i] as SealedSession[], mode, modules);
    }
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}

function sendGroup(
  anchors: LucidAnchorsClient,
  signer: Wallet,
  mode: AnchorMode,
  group: readonly SealedSession[],
): Promise<TransactionReceipt> {
  const sessions = group.map(({ session }) => session);
  return mode === "batch"
    ? anchors.registerSessions(signer, sessions)
    : anchors.registerSession(signer, sessions[0] as Session);
}

async function* entriesOf(
  receipt: TransactionReceipt,
  group: readonly SealedSession[],
  mode: AnchorMode,
  modules: AnchorModules,
): AsyncGenerator<AnchorOutcome> {
  const { hash: txid, blockNumber } = receipt;
  const registered = new Set(modules.anchors.sessionsIn(receipt));
  for (const sealed of group) {
    if (registered.has(sealed.session.sessionId)) {
      const anchor = { mode, txid, blockNumber, gasUsed: Number(receipt.gasUsed) };
      yield { sealed, anchor, stood: false };
      continue;
    }
    // Not among the events: somebody else was quicker, with the same content or with another one.
    const standing = await findStanding(sealed, modules);
    if (standing === undefined) {
      throw new AnchoringError({ code: "SESSION_NOT_ANCHORED", sessionId: sealed.manifest.sessionId });
    }
    yield standing;
  }
}

function inGroups<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}

async function* sendTree(
  sessions: readonly SealedSession[],
  { signer, onProgress }: AnchorRequest,
  { anchors, store }: AnchorModules,
): AsyncGenerator<AnchorOutcome> {
  if (sessions.length === 0) return;
  if (sessions.length > MAX_SESSIONS_PER_TREE) {
    const most = MAX_SESSIONS_PER_TREE;
    throw new AnchoringError({ code: "TREE_TOO_LARGE", sessions: sessions.length, most });
  }
  // In the order of their ids, so that the same sessions give the same root in whatever order they are named.
  const sorted = [...sessions].sort((a, b) => (a.manifest.sessionId < b.manifest.sessionId ? -1 : 1));
  const tree = sessionTree(sorted.map(({ session }) => session));
  const proofs = sorted.map((_, index) => ({ root: tree.root, index, proof: sessionTreeProof(tree, index) }));
  // Where the store was lost, the same sessions lead to a root that stands already.
  const standing = await anchors.findTree(tree.root);
  if (standing === undefined) {
    onProgress?.(`anchoring a tree of ${sorted.length} sessions`);
    for (const [index, { manifest }] of sorted.entries()) {
      await recordIntendedTree(store, manifest.sessionId, proofs[index] as (typeof proofs)[number]);
    }
    await anchors.registerSessionTree(signer, tree.root, sorted.length);
  }
  const registered = standing ?? (await anchors.findTree(tree.root));
  if (registered === undefined) {
    const [{ manifest }] = sorted as [SealedSession];
    throw new AnchoringError({ code: "SESSION_NOT_ANCHORED", sessionId: manifest.sessionId });
  }
  for (const [index, sealed] of sorted.entries()) {
    const location = { kind: "tree", ...registered, tree: proofs[index] as (typeof proofs)[number] } as const;
    yield { sealed, anchor: await anchorAt(location, store), stood: standing !== undefined };
  }
}
