import type { LucidAnchorsReader } from "../contracts/lucid-anchors/reader.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import { AnchoringError } from "./errors.ts";

/** The error for a session that a contract does not know. */
export function notAnchored(
  session: Session,
  { address: contract }: Pick<LucidAnchorsReader, "address">,
): AnchoringError {
  const sessionId = sessionIdFromBytes32(session.sessionId);
  const commitment = sessionCommitment(session);
  return new AnchoringError({ code: "SESSION_NOT_ANCHORED", sessionId, commitment, contract });
}
