import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import type { LucidError } from "../errors.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import { AnchoringError } from "./errors.ts";
import { isFinal } from "./is-final.ts";
import type { AnchorLocation } from "./locate-anchor.ts";

/**
 * Judges where a session was found on the chain: nowhere, or in a block that a reorg may still take away.
 *
 * @param confirmations blocks until an anchor counts as final, its own included
 */
export async function verifyAnchor(
  anchors: LucidAnchorsClient,
  session: Session,
  location: AnchorLocation | undefined,
  confirmations: number,
): Promise<LucidError[]> {
  const sessionId = sessionIdFromBytes32(session.sessionId);
  if (location === undefined) {
    const commitment = sessionCommitment(session);
    const contract = anchors.address;
    return [new AnchoringError({ code: "SESSION_NOT_ANCHORED", sessionId, commitment, contract })];
  }
  if (await isFinal(anchors, session, location, confirmations)) return [];
  const { registeredAt } = location;
  return [
    new AnchoringError({ code: "SESSION_NOT_FINAL", sessionId, registeredAt, required: confirmations }),
  ];
}
