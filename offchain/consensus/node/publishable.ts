import { isSignedByOwner } from "../../anchoring/equivocation.ts";
import { recordedOf } from "../../anchoring/recorded-session.ts";
import { type Session, sessionCommitment } from "../../sessions/session.ts";
import type { SessionDocument } from "../../store/documents.ts";

/** A session that a leader is to publish. */
export interface PendingSession {
  /** UUID. */
  readonly sessionId: string;
  readonly session: Session;
  readonly commitment: string;
  readonly entry: SessionDocument;
}

/**
 * A queued session as a leader publishes it; undefined where it is not one. A pending session with a root is somebody's
 * intended tree. One that its owner did not sign, or that LucidAnchors takes for incomplete, would make the whole batch
 * fail, and anybody who may write to the store could put it there.
 */
export function publishable(entry: SessionDocument): PendingSession | undefined {
  if (entry.status !== "pending" || entry.tree_root !== undefined || entry.chunk_count === 0)
    return undefined;
  const recorded = recordedOf(entry);
  if (!isSignedByOwner(recorded)) return undefined;
  const { session } = recorded;
  return { sessionId: entry._id, session, commitment: sessionCommitment(session), entry };
}
