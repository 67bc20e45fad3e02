import type { SealedSession } from "../sessions/sealed-session.ts";
import type { Session } from "../sessions/session.ts";
import type { AnchorTransactionDocument } from "../store/documents.ts";
import type { Anchor } from "./anchor.ts";
import type { AnchorModules } from "./enter-sessions.ts";
import { type AnchorTransaction, findAnchorTransaction } from "./find-anchor-transaction.ts";
import { type AnchorLocation, locateAnchors } from "./locate-anchor.ts";
import { type RecordedSession, recordedOf } from "./recorded-session.ts";

/** A session and its anchor; the path to its tree is in the store. */
export interface AnchorOutcome {
  readonly sealed: SealedSession;
  readonly anchor: Omit<Anchor, "tree">;
  /** Whether it was registered before this call. */
  readonly wasRegistered: boolean;
}

/** The same with the path, which is yet to be entered. */
export interface FoundAnchor extends AnchorOutcome {
  readonly anchor: Anchor;
}

/** Which sessions of a group have an anchor already, and which are yet to be sent. */
export async function findRegistered(
  group: readonly SealedSession[],
  { onProgress }: { readonly onProgress?: ((text: string) => void) | undefined },
  { anchors, store }: AnchorModules,
): Promise<{ readonly found: FoundAnchor[]; readonly missing: SealedSession[] }> {
  const entries = await store.sessions.getMany(group.map(({ manifest }) => manifest.sessionId));
  const sessions = group.map((sealed) => {
    const entry = entries.get(sealed.manifest.sessionId);
    return { sealed, recorded: entry && recordedOf(entry) };
  });
  const locations = await locateAnchors(
    anchors,
    sessions.map(({ sealed: { session }, recorded }) => ({ session, proof: recorded?.tree })),
  );
  const found: FoundAnchor[] = [];
  const missing: SealedSession[] = [];
  // The sessions of a tree share its transaction, those of a batch share theirs: each is looked up once.
  const byTree = new Map<string, AnchorTransaction | undefined>();
  const own = new Map<string, AnchorTransactionDocument | undefined>();
  for (const [at, { sealed, recorded }] of sessions.entries()) {
    const earliest = locations[at];
    if (earliest === undefined) {
      missing.push(sealed);
      continue;
    }
    const transaction = recordedTransaction(recorded, earliest) ?? (await lookUp(sealed.session, earliest));
    if (transaction !== undefined && !own.has(transaction.txid)) {
      own.set(transaction.txid, await store.anchorTransactions.get(transaction.txid));
    }
    const anchor = anchorAt(earliest, transaction, own.get(transaction?.txid ?? ""));
    found.push({ sealed, anchor, wasRegistered: true });
  }
  return { found, missing };

  async function lookUp(session: Session, anchor: AnchorLocation): Promise<AnchorTransaction | undefined> {
    const root = anchor.tree?.root;
    if (root === undefined) return await findAnchorTransaction(anchors, session, anchor, onProgress);
    if (!byTree.has(root)) {
      byTree.set(root, await findAnchorTransaction(anchors, session, anchor, onProgress));
    }
    return byTree.get(root);
  }
}

/** The transaction that the store names for an anchor; undefined where it knows of another anchor, or of none. */
function recordedTransaction(
  recorded: RecordedSession | undefined,
  { registeredAt }: AnchorLocation,
): AnchorTransaction | undefined {
  const { txid, blockNumber } = recorded ?? {};
  if (recorded?.registeredAt !== registeredAt || txid === undefined || blockNumber === undefined)
    return undefined;
  return { txid, blockNumber };
}

/** An anchor with what the store knows of its transaction, where it was sent from here. */
export function anchorAt(
  { registeredAt, tree }: AnchorLocation,
  transaction: AnchorTransaction | undefined,
  own: AnchorTransactionDocument | undefined,
): Anchor {
  const mode = tree !== undefined ? "tree" : own?.purpose === "sessions" ? "batch" : "single";
  return { mode, registeredAt, ...transaction, gasUsed: own?.gas_used, tree };
}
