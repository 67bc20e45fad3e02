import type { LucidAnchorsReader } from "../contracts/lucid-anchors/reader.ts";
import type { LucidError } from "../errors.ts";
import type { Session } from "../sessions/session.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import { AnchoringError } from "./errors.ts";
import { finalTime } from "./final-time.ts";
import type { AnchorLocation } from "./locate-anchor.ts";
import { notAnchored } from "./not-anchored.ts";

/** A judged anchor, with the time that is final. */
export interface JudgedAnchor {
  readonly location: AnchorLocation | undefined;
  readonly errors: readonly LucidError[];
}

/**
 * Checks the anchor of a session: it may be missing, or in a block that a reorg may still remove.
 *
 * @param confirmations blocks until an anchor counts as final, its own included
 */
export async function verifyAnchor(
  anchors: LucidAnchorsReader,
  session: Session,
  location: AnchorLocation | undefined,
  confirmations: number,
): Promise<JudgedAnchor> {
  if (location === undefined) return { location, errors: [notAnchored(session, anchors)] };
  const registeredAt = await finalTime(anchors, session, location, confirmations);
  if (registeredAt !== undefined) return { location: { ...location, registeredAt }, errors: [] };
  const sessionId = sessionIdFromBytes32(session.sessionId);
  const error = new AnchoringError({ code: "SESSION_NOT_FINAL", sessionId, required: confirmations });
  return { location, errors: [error] };
}
