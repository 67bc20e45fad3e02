import type { Wallet } from "ethers";
import {
  type LucidAnchorsClient,
  MAX_SESSIONS_PER_BATCH,
  MAX_SESSIONS_PER_TREE,
} from "../contracts/lucid-anchors.ts";
import type { SealedSession } from "../sessions/seal-session.ts";
import { sessionCommitment } from "../sessions/session.ts";
import { sessionTree, sessionTreeProof } from "../sessions/session-tree.ts";
import type { Store } from "../store/store.ts";
import type { Anchor, AnchorMode } from "./anchor.ts";
import { AnchoringError } from "./errors.ts";
import { locateAnchor } from "./locate-anchor.ts";
import { recordAnchor, recordedTree, recordSession } from "./record-session.ts";

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

export interface AnchoredSession {
  readonly sealed: SealedSession;
  readonly anchor: Anchor;
  /** Whether it stood before this call. */
  readonly stood: boolean;
}

/**
 * Anchors sessions, each of them once: what an earlier run signed is finished first, then the chain says what
 * stands already, and only the rest is sent. Killed at any point and run again, it ends the same.
 *
 * @returns In the order of the request.
 * @throws {AnchoringError} SESSION_SQUATTED, TREE_TOO_LARGE
 * @throws {ContractError} CONTRACT_REVERTED
 * @throws {EvmError}
 */
export async function anchorSessions(
  request: AnchorRequest,
  modules: AnchorModules,
): Promise<AnchoredSession[]> {
  const { store, anchors } = modules;
  const sessions = new Map(request.sessions.map((sealed) => [sealed.manifest.sessionId, sealed]));
  for (const sealed of sessions.values()) await recordSession(store, sealed);
  const finished = await anchors.resume(request.signer.address);
  if (finished > 0) request.onProgress?.(`finished ${finished} transaction(s) of an earlier run`);

  const anchored = new Map<string, AnchoredSession>();
  const enter = async (sealed: SealedSession, anchor: Anchor, stood: boolean) => {
    await recordAnchor(store, sealed.manifest.sessionId, anchor);
    anchored.set(sealed.manifest.sessionId, { sealed, anchor, stood });
  };
  const waiting: SealedSession[] = [];
  for (const sealed of sessions.values()) {
    const standing = await findStanding(sealed, modules);
    if (standing === undefined) waiting.push(sealed);
    else await enter(sealed, standing, true);
  }
  const send = request.mode === "tree" ? sendTree : sendSlots;
  for await (const { sealed, anchor } of send(waiting, request, modules)) await enter(sealed, anchor, false);
  return [...sessions.keys()].map((id) => anchored.get(id) as AnchoredSession);
}

/** @throws {AnchoringError} SESSION_SQUATTED */
async function findStanding(
  { manifest, session }: SealedSession,
  { anchors, store }: AnchorModules,
): Promise<Anchor | undefined> {
  const { sessionId } = manifest;
  const { location, conflict } = await locateAnchor(anchors, session, await recordedTree(store, sessionId));
  if (conflict !== undefined) {
    const { standing } = conflict;
    throw new AnchoringError({
      code: "SESSION_SQUATTED",
      sessionId,
      standing,
      offered: sessionCommitment(session),
    });
  }
  if (location === undefined) return undefined;
  const { txid, blockNumber, tree } = location;
  const transaction = await store.anchorTransactions.get(txid);
  const mode = tree !== undefined ? "tree" : transaction?.purpose === "sessions" ? "batch" : "single";
  return { mode, txid, blockNumber, gasUsed: transaction?.gas_used, ...(tree && { tree }) };
}

type Sent = AsyncGenerator<Pick<AnchoredSession, "sealed" | "anchor">>;

async function* sendSlots(
  sessions: readonly SealedSession[],
  { mode, signer, onProgress }: AnchorRequest,
  { anchors }: AnchorModules,
): Sent {
  const size = mode === "batch" ? MAX_SESSIONS_PER_BATCH : 1;
  for (let from = 0; from < sessions.length; from += size) {
    const group = sessions.slice(from, from + size);
    onProgress?.(`anchoring ${from + group.length} of ${sessions.length}`);
    const [first] = group as [SealedSession];
    const receipt =
      mode === "batch"
        ? await anchors.registerSessions(
            signer,
            group.map(({ session }) => session),
          )
        : await anchors.registerSession(signer, first.session);
    const registered = new Set(anchors.sessionsIn(receipt));
    for (const sealed of group) {
      // Not among the events: somebody else was quicker, with the same content or with another one.
      if (!registered.has(sealed.session.sessionId)) await requireOwnSlot(anchors, sealed);
      const gasUsed = Number(receipt.gasUsed);
      yield { sealed, anchor: { mode, txid: receipt.hash, blockNumber: receipt.blockNumber, gasUsed } };
    }
  }
}

async function* sendTree(
  sessions: readonly SealedSession[],
  { mode, signer, onProgress }: AnchorRequest,
  { anchors, store }: AnchorModules,
): Sent {
  if (sessions.length === 0) return;
  if (sessions.length > MAX_SESSIONS_PER_TREE) {
    const most = MAX_SESSIONS_PER_TREE;
    throw new AnchoringError({ code: "TREE_TOO_LARGE", sessions: sessions.length, most });
  }
  // In the order of their ids, so that the same sessions give the same root in whatever order they are named.
  const sorted = [...sessions].sort((a, b) => (a.manifest.sessionId < b.manifest.sessionId ? -1 : 1));
  const tree = sessionTree(sorted.map(({ session }) => session));
  // A run that was killed after its transaction was mined left the root on the chain, and no proofs here.
  let inclusion = await anchors.findTree(tree.root);
  if (inclusion === undefined) {
    onProgress?.(`anchoring a tree of ${sorted.length} sessions`);
    const { hash, blockNumber } = await anchors.registerSessionTree(signer, tree.root, sorted.length);
    inclusion = { root: tree.root, sessionCount: sorted.length, txid: hash, blockNumber };
  }
  const { txid, blockNumber } = inclusion;
  const gasUsed = (await store.anchorTransactions.get(txid))?.gas_used;
  for (const [index, sealed] of sorted.entries()) {
    const proof = sessionTreeProof(tree, index);
    yield { sealed, anchor: { mode, txid, blockNumber, gasUsed, tree: { root: tree.root, index, proof } } };
  }
}

/** @throws {AnchoringError} SESSION_SQUATTED, SESSION_NOT_ANCHORED */
async function requireOwnSlot(
  anchors: LucidAnchorsClient,
  { manifest, session }: SealedSession,
): Promise<void> {
  const standing = await anchors.commitmentOf(session.sessionId);
  const offered = sessionCommitment(session);
  if (standing === offered) return;
  const { sessionId } = manifest;
  if (standing === undefined) throw new AnchoringError({ code: "SESSION_NOT_ANCHORED", sessionId });
  throw new AnchoringError({ code: "SESSION_SQUATTED", sessionId, standing, offered });
}
