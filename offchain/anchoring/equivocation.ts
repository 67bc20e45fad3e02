import { SessionError } from "../sessions/errors.ts";
import { verifyOwnership } from "../sessions/owner-signature.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import { AnchoringError } from "./errors.ts";
import type { RecordedSession } from "./recorded-session.ts";

/** A content and since when the chain knows it, in Unix seconds; undefined where it is not known to be anchored. */
interface KnownContent {
  readonly session: Session;
  readonly registeredAt: number | undefined;
}

/**
 * Whether the owner of a session signed another content under the same id. The signature covers the manifest, so two
 * contents with one manifest are not an equivocation; a content that somebody else signed, or nobody, is noise.
 *
 * @param session vouched for by its owner
 */
export function isEquivocation(other: RecordedSession, session: Session): boolean {
  return (
    other.session.sessionId === session.sessionId &&
    other.session.owner === session.owner &&
    other.session.manifestHash !== session.manifestHash &&
    isSignedByOwner(other)
  );
}

/** Whether the owner's signature in the store is valid. */
export function isSignedByOwner({ session, signature }: RecordedSession): boolean {
  try {
    verifyOwnership(session, signature);
    return true;
  } catch (error) {
    if (error instanceof SessionError) return false;
    throw error;
  }
}

/** The finding, with the content that was anchored earlier first; of two that are not anchored, the first. */
export function equivocation(contents: readonly [KnownContent, KnownContent]): AnchoringError {
  const [earlier, later] = [...contents].sort(
    (a, b) =>
      (a.registeredAt ?? Number.POSITIVE_INFINITY) - (b.registeredAt ?? Number.POSITIVE_INFINITY) || 0,
  ) as [KnownContent, KnownContent];
  const signed = ({ session, registeredAt }: KnownContent) => ({
    commitment: sessionCommitment(session),
    manifestHash: session.manifestHash,
    registeredAt,
  });
  return new AnchoringError({
    code: "SESSION_EQUIVOCATED",
    sessionId: sessionIdFromBytes32(earlier.session.sessionId),
    owner: earlier.session.owner,
    earlier: signed(earlier),
    later: signed(later),
  });
}
