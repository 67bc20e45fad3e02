import type { LucidAnchorsClient } from "../contracts/lucid-anchors.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import type { TreeProof } from "./anchor.ts";

/** Where a session stands on the chain. */
export interface AnchorLocation {
  readonly kind: "slot" | "tree";
  readonly txid: string;
  readonly blockNumber: number;
  readonly tree?: TreeProof;
}

/** What the chain says of a session; `conflict` names another content under the same id. */
export interface AnchorFindings {
  readonly location: AnchorLocation | undefined;
  readonly conflict:
    | { readonly standing: string; readonly txid: string; readonly blockNumber: number }
    | undefined;
}

/**
 * Looks a session up: in its own slot, then in the tree that `tree` leads to. A sessionId that stands in both with
 * different content is a conflict, whichever was first.
 *
 * @throws {EvmError}
 */
export async function locateAnchor(
  anchors: LucidAnchorsClient,
  session: Session,
  tree?: TreeProof,
): Promise<AnchorFindings> {
  const standing = await anchors.commitmentOf(session.sessionId);
  const registration = standing === undefined ? undefined : await anchors.findRegistration(session.sessionId);
  const isOwn = standing === sessionCommitment(session);
  const conflict =
    standing !== undefined && !isOwn
      ? { standing, txid: registration?.txid ?? "unknown", blockNumber: registration?.blockNumber ?? 0 }
      : undefined;
  if (isOwn && registration !== undefined) {
    const { txid, blockNumber } = registration;
    return { location: { kind: "slot", txid, blockNumber }, conflict };
  }
  if (tree === undefined || !(await anchors.verifySessionInTree(tree.root, session, tree.proof))) {
    return { location: undefined, conflict };
  }
  const found = await anchors.findTree(tree.root);
  if (found === undefined) return { location: undefined, conflict };
  const { txid, blockNumber } = found;
  return { location: { kind: "tree", txid, blockNumber, tree }, conflict };
}
