import type { LucidAnchorsReader } from "../contracts/lucid-anchors/reader.ts";
import { encodeManifest } from "../sessions/manifest.ts";
import type { SealedSession } from "../sessions/sealed-session.ts";
import { findAnchorTransaction } from "./find-anchor-transaction.ts";
import { locateAnchor } from "./locate-anchor.ts";
import { PROOF_FORMAT, PROOF_VERSION, type SessionProof } from "./proof-format.ts";
import type { RecordedSession } from "./recorded-session.ts";
import { verifyAnchor } from "./verify-anchor.ts";

/**
 * Makes the proof of an anchored session, about its earliest anchor, once that is final: a reorg could move it to
 * another block, and the proof would name the wrong one.
 *
 * @param recorded what the store has about it: the tree in which it was anchored, and the transaction.
 * @param onUnavailable called with the reason where the endpoint does not say which transaction anchored it.
 * @throws {AnchoringError} SESSION_NOT_ANCHORED, SESSION_NOT_FINAL
 */
export async function makeSessionProof(
  { manifest, session, signature }: SealedSession,
  recorded: RecordedSession | undefined,
  anchors: LucidAnchorsReader,
  { chainId, confirmations }: { readonly chainId: number; readonly confirmations: number },
  onUnavailable?: (reason: string) => void,
): Promise<SessionProof> {
  const { earliest } = await locateAnchor(anchors, session, recorded?.tree);
  const [error] = (await verifyAnchor(anchors, session, earliest, confirmations)).errors;
  if (earliest === undefined || error !== undefined) throw error;
  const transaction = await findAnchorTransaction(anchors, session, earliest, onUnavailable);
  return {
    format: PROOF_FORMAT,
    version: PROOF_VERSION,
    session,
    manifest: encodeManifest(manifest).toString("utf8"),
    ownerSignature: signature,
    chainId: chainId.toString(),
    contract: anchors.address,
    ...(transaction && { transaction: transaction.txid, blockNumber: transaction.blockNumber }),
    ...(earliest.tree && { tree: { root: earliest.tree.root, proof: [...earliest.tree.proof] } }),
  };
}
