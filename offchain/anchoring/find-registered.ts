import type { SealedSession } from "../sessions/sealed-session.ts";
import type { Store } from "../store/store.ts";
import type { Anchor } from "./anchor.ts";
import type { AnchorModules } from "./enter-sessions.ts";
import { type AnchorTransaction, findAnchorTransaction } from "./find-anchor-transaction.ts";
import { type AnchorLocation, locateAnchors } from "./locate-anchor.ts";
import { recordedOf } from "./recorded-session.ts";

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
  for (const [at, { sealed, recorded }] of sessions.entries()) {
    const earliest = locations[at];
    if (earliest === undefined) {
      missing.push(sealed);
      continue;
    }
    const isRecorded = recorded?.registeredAt === earliest.registeredAt && recorded.txid !== undefined;
    const transaction = isRecorded
      ? { txid: recorded.txid as string, blockNumber: recorded.blockNumber as number }
      : await findAnchorTransaction(anchors, sealed.session, earliest, onProgress);
    found.push({ sealed, anchor: await anchorAt(earliest, transaction, store), wasRegistered: true });
  }
  return { found, missing };
}

/** An anchor with what the store knows of its transaction. */
export async function anchorAt(
  { registeredAt, tree }: AnchorLocation,
  transaction: AnchorTransaction | undefined,
  store: Store,
): Promise<Anchor> {
  const own = transaction && (await store.anchorTransactions.get(transaction.txid));
  const mode = tree !== undefined ? "tree" : own?.purpose === "sessions" ? "batch" : "single";
  return { mode, registeredAt, ...transaction, gasUsed: own?.gas_used, tree };
}
