import { type LucidAnchorsReader, MAX_BLOCKS_SEARCHED } from "../contracts/lucid-anchors/reader.ts";
import type { LucidError } from "../errors.ts";
import { EvmError } from "../evm/errors.ts";
import { MAX_TIME_SECONDS } from "../sessions/limits.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import type { TreeProof } from "./anchor.ts";
import { equivocation, isEquivocation, isSignedByOwner } from "./equivocation.ts";
import { AnchoringError } from "./errors.ts";
import { locateAnchor } from "./locate-anchor.ts";
import type { RecordedSession } from "./recorded-session.ts";
import type { OtherContent } from "./verification.ts";

/** A registrar can register as many as it pays for; a longer list would not help. */
const MAX_CONTENTS_SHOWN = 20;

/**
 * The owner signed another content under the same id, which the store has.
 *
 * @param session vouched for by its owner
 * @param anchors asked since when each is known; undefined if no trusted contract is known
 */
export async function findEquivocation(
  session: Session,
  tree: TreeProof | undefined,
  recorded: RecordedSession | undefined,
  anchors: LucidAnchorsReader | undefined,
): Promise<LucidError[]> {
  if (recorded === undefined || !isEquivocation(recorded, session)) return [];
  const timeOf = async (content: Session, proof: TreeProof | undefined) =>
    anchors && (await locateAnchor(anchors, content, proof)).earliest?.registeredAt;
  return [
    equivocation([
      { session: recorded.session, registeredAt: await timeOf(recorded.session, recorded.tree) },
      { session, registeredAt: await timeOf(session, tree) },
    ]),
  ];
}

/**
 * The manifest is not the one that its owner signed, which the store has.
 *
 * @param session not vouched for by the signature that came with it
 */
export function findAlteration(session: Session, recorded: RecordedSession | undefined): LucidError[] {
  const { manifestHash } = session;
  if (recorded === undefined || recorded.session.manifestHash === manifestHash) return [];
  if (!isSignedByOwner(recorded)) return [];
  const sessionId = sessionIdFromBytes32(session.sessionId);
  const signedHash = recorded.session.manifestHash;
  return [new AnchoringError({ code: "SESSION_ALTERED", sessionId, manifestHash, signedHash })];
}

/**
 * Contents that were registered under a session's id for the same owner. The chain does not say whether the owner
 * signed them; without the signature they are noise, which any registrar can make.
 *
 * @param onUnavailable called with the reason where the logs cannot be searched
 */
export async function findOtherContents(
  anchors: LucidAnchorsReader,
  session: Session,
  onUnavailable?: (reason: string) => void,
): Promise<OtherContent[]> {
  const others: OtherContent[] = [];
  const own = sessionCommitment(session);
  try {
    const blocks = (await anchors.head()) - anchors.deploymentBlock;
    if (blocks > MAX_BLOCKS_SEARCHED) {
      onUnavailable?.(
        `other contents of this id are not searched for: that would be the logs of ${blocks} blocks`,
      );
      return [];
    }
    for await (const events of anchors.registeredSessions({}, session.sessionId)) {
      for (const { session: other, txid, blockNumber } of events) {
        const commitment = sessionCommitment(other);
        // No manifest has a later start, and its commitment could not be computed from a rounded number.
        const isPossible = other.startedAt <= MAX_TIME_SECONDS;
        if (commitment === own || other.owner !== session.owner || !isPossible) continue;
        if (others.length === MAX_CONTENTS_SHOWN) {
          onUnavailable?.(`more than ${MAX_CONTENTS_SHOWN} other contents of this id are registered`);
          return others;
        }
        others.push({ commitment, manifestHash: other.manifestHash, txid, blockNumber });
      }
    }
  } catch (error) {
    if (!(error instanceof EvmError)) throw error;
    onUnavailable?.(`other contents of this id are not searched for: ${error.message}`);
  }
  return others;
}
