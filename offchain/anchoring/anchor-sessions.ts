import type { TransactionReceipt, Wallet } from "ethers";
import { MAX_SESSIONS_PER_BATCH, MAX_SESSIONS_PER_TREE } from "../contracts/lucid-anchors/client.ts";
import { inGroups } from "../in-groups.ts";
import type { SealedSession } from "../sessions/sealed-session.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import { sessionTree, sessionTreeProof } from "../sessions/session-tree.ts";
import type { AnchorMode } from "./anchor.ts";
import { type AnchorModules, byId, enterSessions } from "./enter-sessions.ts";
import { AnchoringError } from "./errors.ts";
import { type AnchorTransaction, findAnchorTransaction } from "./find-anchor-transaction.ts";
import { type AnchorOutcome, anchorAt, type FoundAnchor, findRegistered } from "./find-registered.ts";
import { notAnchored } from "./not-anchored.ts";
import { recordAnchors, recordIntendedTree, recordUnanchored } from "./record-session.ts";
import { sendBatches } from "./send-batches.ts";

export interface AnchorRequest {
  /** Their owners' signatures verified (loadSession). */
  readonly sessions: readonly SealedSession[];
  readonly mode: AnchorMode;
  /** Holds REGISTRAR_ROLE. */
  readonly signer: Wallet;
  readonly onProgress?: (text: string) => void;
}

/** Sessions that are looked up and written at a time: enough that a sync or a round trip does not matter. */
const GROUP_SESSIONS = 1_000;

/**
 * Transactions that are sent before the first of them is mined: a block of a fast chain holds more than the 16 slots
 * that go-ethereum's pool grants an account for certain. It keeps more while it is not full, and the monitor sends
 * again what a pool drops.
 */
export const TRANSACTIONS_IN_FLIGHT = 64;

/**
 * Anchors sessions, each of them once: what an earlier run signed is finished first, then the chain is asked what is
 * already registered, and only the rest is sent. A run that is killed at any point can be repeated with the same result.
 *
 * @returns One outcome per session, in the order of the request.
 * @throws {AnchoringError} SESSION_NAMED_TWICE, SESSION_EQUIVOCATED, SESSION_NOT_ANCHORED, TREE_TOO_LARGE, SESSIONS_CHANGED
 * @throws {ContractError} CONTRACT_REVERTED
 * @throws {EvmError} CALL_TOO_LARGE if not even a single session fits, and others
 */
export async function anchorSessions(
  request: AnchorRequest,
  modules: AnchorModules,
): Promise<AnchorOutcome[]> {
  const { store, anchors } = modules;
  const sessions = byId(request.sessions);
  if (request.mode === "tree") requireOneTree(sessions.size);
  const groups = inGroups([...sessions.values()], GROUP_SESSIONS);
  for (const group of groups) await enterSessions(group, modules);
  const finished = await anchors.resume(request.signer);
  if (finished > 0) request.onProgress?.(`finished ${finished} transaction(s) of an earlier run`);

  const outcomes = new Map<string, AnchorOutcome>();
  const enter = async (found: readonly FoundAnchor[]) => {
    await recordAnchors(
      store,
      found.map(({ sealed, anchor }) => ({ sessionId: sealed.manifest.sessionId, anchor })),
    );
    for (const { sealed, anchor, wasRegistered } of found) {
      const { tree: _kept, ...rest } = anchor;
      outcomes.set(sealed.manifest.sessionId, { sealed, anchor: rest, wasRegistered });
    }
  };
  const waiting: SealedSession[] = [];
  for (const group of groups) {
    const { found, missing } = await findRegistered(group, request, modules);
    await enter(found);
    await recordUnanchored(
      store,
      missing.map(({ manifest }) => manifest.sessionId),
    );
    waiting.push(...missing);
  }
  const send = request.mode === "tree" ? sendTree : sendSlots;
  for await (const found of send(waiting, request, modules)) await enter(found);
  return [...sessions.keys()].map((id) => outcomes.get(id) as AnchorOutcome);
}

/**
 * Refuses more sessions than a tree can hold, before anything is recorded or requested. Sessions that are already anchored
 * count too: to leave them out, the chain would have to be asked about each of them.
 *
 * @throws {AnchoringError} TREE_TOO_LARGE
 */
function requireOneTree(sessions: number): void {
  if (sessions <= MAX_SESSIONS_PER_TREE) return;
  throw new AnchoringError({ code: "TREE_TOO_LARGE", sessions, maximum: MAX_SESSIONS_PER_TREE });
}

async function* sendSlots(
  sessions: readonly SealedSession[],
  request: AnchorRequest,
  modules: AnchorModules,
): AsyncGenerator<FoundAnchor[]> {
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
    yield await anchorsIn(sent, batch, request, modules);
    anchored += batch.length;
    onProgress?.(`anchored ${anchored} of ${sessions.length}`);
  }
}

const sessionsOf = (batch: readonly SealedSession[]) => batch.map(({ session }) => session);

async function anchorsIn(
  receipt: TransactionReceipt,
  batch: readonly SealedSession[],
  request: AnchorRequest,
  modules: AnchorModules,
): Promise<FoundAnchor[]> {
  const { mode } = request;
  const { hash: txid, blockNumber } = receipt;
  const registered = new Set(modules.anchors.commitmentsIn(receipt));
  const registeredAt = await modules.anchors.blockTime(blockNumber);
  const isAmongEvents = ({ session }: SealedSession) =>
    registeredAt !== undefined && registered.has(sessionCommitment(session));
  const anchor = {
    mode,
    registeredAt: registeredAt as number,
    txid,
    blockNumber,
    gasUsed: Number(receipt.gasUsed),
  };
  const own = batch.filter(isAmongEvents).map((sealed) => ({ sealed, anchor, wasRegistered: false }));
  // Not among the events: somebody else registered it in the meantime.
  const others = batch.filter((sealed) => !isAmongEvents(sealed));
  if (others.length === 0) return own;
  const { found, missing } = await findRegistered(others, request, modules);
  if (missing[0] !== undefined) throw notAnchored(missing[0].session, modules.anchors);
  return [...own, ...found];
}

async function* sendTree(
  sessions: readonly SealedSession[],
  request: AnchorRequest,
  modules: AnchorModules,
): AsyncGenerator<FoundAnchor[]> {
  const { signer, onProgress } = request;
  const { anchors, store } = modules;
  if (sessions.length === 0) return;
  // By their ids, so that the same sessions give the same root in whatever order they are named.
  const sorted = [...sessions].sort((a, b) => (a.manifest.sessionId < b.manifest.sessionId ? -1 : 1));
  const first = sorted[0] as SealedSession;
  const tree = sessionTree(sorted.map(({ session }) => session));
  const { root } = tree;
  // The paths are made twice: kept, those of a million sessions would take gigabytes.
  const groups = function* () {
    for (const group of inGroups([...sorted.entries()], GROUP_SESSIONS)) {
      yield group.map(([index, sealed]) => {
        return { sealed, proof: { root, index, proof: sessionTreeProof(tree, index) } };
      });
    }
  };
  // If the store was lost, the same sessions lead to a root that is already registered.
  const before = await anchors.treeOf(root);
  let transaction: AnchorTransaction | undefined;
  if (before === undefined) {
    onProgress?.(`anchoring a tree of ${sorted.length} sessions`);
    for (const group of groups()) {
      await recordIntendedTree(
        store,
        group.map(({ sealed, proof }) => ({ sessionId: sealed.manifest.sessionId, tree: proof })),
      );
    }
    const receipt = await anchors.registerSessionTree(signer, root, sorted.length);
    // If somebody else was faster, the transaction did nothing and the event is in theirs.
    if (anchors.rootsIn(receipt).includes(root)) {
      transaction = { txid: receipt.hash, blockNumber: receipt.blockNumber };
    }
  }
  const registered = before ?? (await anchors.treeOf(root));
  if (registered === undefined) throw notAnchored(first.session, anchors);
  const { registeredAt } = registered;
  const anyProof = { root, index: 0, proof: sessionTreeProof(tree, 0) };
  transaction ??= await findAnchorTransaction(
    anchors,
    first.session,
    { kind: "tree", registeredAt, tree: anyProof },
    onProgress,
  );
  const own = transaction && (await store.anchorTransactions.get(transaction.txid));
  const shared = anchorAt({ kind: "tree", registeredAt, tree: anyProof }, transaction, own);
  for (const group of groups()) {
    yield group.map(({ sealed, proof }) => {
      return { sealed, anchor: { ...shared, tree: proof }, wasRegistered: before !== undefined };
    });
  }
}
