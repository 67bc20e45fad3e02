import { recordedOf } from "../anchoring/recorded-session.ts";
import type { NodeRegistry } from "../consensus/node/node-registry.ts";
import type { ChainView } from "../consensus/node/open-chain-view.ts";
import { blocksBefore } from "../consensus/node/recent-blocks.ts";
import { entityOf } from "../consensus/rules/registrations.ts";
import { slotAt } from "../consensus/slot-time.ts";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import type { RegisteredSession } from "../contracts/lucid-anchors/reader.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import type { SessionDocument } from "../store/documents.ts";
import type { Store } from "../store/store.ts";
import { firstDifference, type Report } from "./finding.ts";

export interface AuditEventsModules {
  readonly store: Store;
  readonly chain: ChainView;
  readonly registry: NodeRegistry;
  readonly anchors: LucidAnchorsClient;
}

export interface AuditEventsOptions {
  /** Blocks, both ends included. */
  readonly fromBlock: number;
  readonly toBlock: number;
  readonly slots: { readonly first: number; readonly last: number };
  readonly signal?: AbortSignal | undefined;
}

const FIELDS = ["manifestHash", "startedAt", "owner", "merkleRoot", "chunkCount"] as const;
/** Blocks that a leader's transaction may be named by: its own slot's, rarely a later one's. */
const NAMED_WITHIN = 3;
const MS = 1_000;

/**
 * Holds every session that the chain registered to the store's document, and its transaction to the slot's winner: nodes
 * publish what is queued only in slots that they won.
 *
 * @returns pages as they are done
 */
export async function* auditEvents(
  { fromBlock, toBlock, slots, signal }: AuditEventsOptions,
  modules: AuditEventsModules,
  report: Report,
): AsyncGenerator<{ readonly count: number; readonly blockNumber: number }> {
  const { store, anchors } = modules;
  const judged = new Set<string>();
  for await (const page of anchors.registeredSessions({ fromBlock, toBlock })) {
    signal?.throwIfAborted();
    const readable = page.filter(({ session }) => isUuid(session.sessionId));
    const ids = readable.map(({ session }) => sessionIdFromBytes32(session.sessionId));
    const entries = await store.sessions.getMany([...new Set(ids)]);
    const others = await registeredOf([...entries.values()], anchors);
    for (const [at, event] of readable.entries()) {
      const sessionId = ids[at] as string;
      await auditEvent(event, sessionId, entries.get(sessionId), others.has(sessionId), modules, report);
      if (judged.has(event.txid)) continue;
      judged.add(event.txid);
      await auditSender(event, slots, modules, report);
    }
    // Events of one transaction are in one block, so those of earlier pages do not come again.
    judged.clear();
    const last = page.at(-1);
    if (last !== undefined) yield { count: page.length, blockNumber: last.blockNumber };
  }
}

/** Anybody may register an id that is none. */
const isUuid = (sessionId: string) => /^0x[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}0{32}$/.test(sessionId);

/** Ids of the sessions whose own content the chain has. */
async function registeredOf(
  entries: readonly SessionDocument[],
  anchors: LucidAnchorsClient,
): Promise<ReadonlySet<string>> {
  const times = await anchors.registeredAtBatch(
    entries.map((entry) => sessionCommitment(recordedOf(entry).session)),
  );
  return new Set(entries.filter((_, at) => times[at] !== undefined).map(({ _id }) => _id));
}

async function auditEvent(
  { session, txid, blockNumber }: RegisteredSession,
  sessionId: string,
  entry: SessionDocument | undefined,
  isOwnContentKnown: boolean,
  { store }: AuditEventsModules,
  report: Report,
): Promise<void> {
  const place = { sessionId, txid };
  if (entry === undefined) {
    // Another store may have anchored it; one that this store sent was in it.
    if ((await store.anchorTransactions.get(txid)) === undefined) return;
    report({ code: "SESSION_MISSING", place, expected: sessionCommitment(session), found: "absent" });
    return;
  }
  const recorded = recordedOf(entry).session;
  const differs = firstDifference(FIELDS, lower(session), lower(recorded));
  if (differs !== undefined) {
    // Two contents under one id: whoever registers may use another's id, and both owners may be right.
    if (isOwnContentKnown || entry.status === "sealed") return;
    const { field, expected, found } = differs;
    report({ code: "SESSION_CONTENT_DIFFERS", place: { ...place, field }, expected, found });
    return;
  }
  if (entry.status !== "anchored" || entry.anchor_mode === "tree" || entry.anchor_txid === undefined) return;
  const anchor = firstDifference(
    ["anchor_txid", "block_number"],
    { anchor_txid: txid, block_number: blockNumber },
    entry,
  );
  if (anchor === undefined) return;
  const { field, expected, found } = anchor;
  report({ code: "SESSION_TRANSACTION_DIFFERS", place: { sessionId, field }, expected, found });
}

const lower = (session: Session): Session => ({
  ...session,
  owner: session.owner.toLowerCase(),
});

async function auditSender(
  { txid, blockNumber }: RegisteredSession,
  { first, last }: { readonly first: number; readonly last: number },
  { store, chain, registry, anchors }: AuditEventsModules,
  report: Report,
): Promise<void> {
  const receipt = await anchors.receiptOf(txid);
  const sender = receipt?.from.toLowerCase();
  if (sender === undefined) return;
  const signed = (await store.anchorTransactions.get(txid))?.created_at;
  const { timestamp } = await chain.confirmed.at(blockNumber);
  const slot = slotAt(signed ?? timestamp * MS);
  if (slot < first || slot > last) return;
  const registrations = await registry.registrationsAt(slot);
  // Operators who hold the role and are no nodes anchor what they like.
  if (registrations.inForce.get(sender)?.kind !== "node") return;
  const entityId = entityOf(registrations, sender);
  const winner = (await store.leaderSchedule.get(slot))?.result?.winner;
  if (winner === entityId) return;
  const blocks = await blocksBefore(store, slot + NAMED_WITHIN, 2 * NAMED_WITHIN);
  if (blocks.some(({ record }) => record?.txid === txid && record.winner === entityId)) return;
  const place = { slot, txid, nodeId: sender };
  report({ code: "ANCHOR_NOT_BY_WINNER", place, expected: winner ?? "nobody", found: entityId });
}
