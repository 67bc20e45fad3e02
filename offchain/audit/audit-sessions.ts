import { isSignedByOwner } from "../anchoring/equivocation.ts";
import { leadsToRoot, locateAnchors } from "../anchoring/locate-anchor.ts";
import { type RecordedSession, recordedOf } from "../anchoring/recorded-session.ts";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import type { LucidChunkStoreClient } from "../contracts/lucid-chunk-store/client.ts";
import { sessionCommitment } from "../sessions/session.ts";
import type { SessionDocument } from "../store/documents.ts";
import { eachPage, type PageCursor } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import { auditChunks } from "./audit-chunks.ts";
import { auditFiles } from "./audit-files.ts";
import { findOverlooked } from "./find-overlooked.ts";
import type { Report } from "./finding.ts";

export interface AuditSessionsModules {
  readonly store: Store;
  readonly anchors: LucidAnchorsClient;
  readonly chunkStore: LucidChunkStoreClient;
  /** LUCID_DATA_DIR, where the files of sessions may be; undefined to leave them out. */
  readonly dataDir: string | undefined;
}

export interface AuditSessionsOptions {
  /** Where an earlier run ended. */
  readonly after?: PageCursor | undefined;
  /** Slots whose blocks are asked whether they overlooked a session. */
  readonly slots: { readonly first: number; readonly last: number };
  /** Whether a time is in the slots to audit, in Unix milliseconds. */
  readonly isWithin: (time: number) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Sessions that the chain is asked about at a time. */
const PAGE_SESSIONS = 500;
const MS = 1_000;

/**
 * Holds every session of the store to its owner's signature, the chain, its chunks, its files where they are at hand, and
 * the blocks that should have listed it.
 *
 * @returns pages as they are done: how many sessions, and where to go on
 */
export async function* auditSessions(
  { after, slots, isWithin, signal }: AuditSessionsOptions,
  modules: AuditSessionsModules,
  report: Report,
): AsyncGenerator<{ readonly count: number; readonly after: PageCursor }> {
  const { store, anchors } = modules;
  const read = (request: object) => store.sessions.all({ ...request, limit: PAGE_SESSIONS });
  for await (const page of eachPage(read, { after })) {
    signal?.throwIfAborted();
    const entries = page.filter((entry) => isWithin(timeOf(entry)));
    const recorded = entries.map(recordedOf);
    const located = await locateAnchors(
      anchors,
      recorded.map(({ session, tree }) => ({ session, proof: tree })),
    );
    for (const [at, entry] of entries.entries()) {
      signal?.throwIfAborted();
      const one = recorded[at] as RecordedSession;
      auditDocument(entry, one, located[at]?.registeredAt, report);
      await auditChunks(entry, sessionCommitment(one.session), modules, report);
      await auditFiles(entry, modules, report);
      await findOverlooked(entry, slots, modules, report);
    }
    yield { count: entries.length, after: store.sessions.cursorOf(page.at(-1) as SessionDocument) };
  }
}

/** When the chain got a session, or else the store. */
const timeOf = ({ registered_at, created_at }: SessionDocument) =>
  registered_at === undefined ? created_at : registered_at * MS;

function auditDocument(
  entry: SessionDocument,
  recorded: RecordedSession,
  registeredAt: number | undefined,
  report: Report,
): void {
  const place = { sessionId: entry._id };
  if (!isSignedByOwner(recorded)) {
    report({
      code: "SESSION_SIGNATURE_WRONG",
      place,
      expected: entry.owner_addr,
      found: "another signer, or none",
    });
  }
  if (entry.status !== "anchored") return;
  const { tree, session } = recorded;
  if (entry.anchor_mode === "tree" && (tree === undefined || !leadsToRoot(session, tree))) {
    report({
      code: "SESSION_TREE_PATH_WRONG",
      place,
      expected: entry.tree_root ?? "a tree",
      found: "another root",
    });
  }
  if (registeredAt === undefined) {
    const expected = `registered since ${entry.registered_at ?? "some time"}`;
    report({ code: "SESSION_ABSENT_FROM_CHAIN", place, expected, found: sessionCommitment(session) });
  } else if (entry.registered_at !== registeredAt) {
    const found = entry.registered_at ?? "absent";
    report({
      code: "SESSION_TIME_DIFFERS",
      place: { ...place, field: "registered_at" },
      expected: registeredAt,
      found,
    });
  }
}
