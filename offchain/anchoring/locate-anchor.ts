import type { Inclusion } from "../contracts/contract-client.ts";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import type { TreeProof } from "./anchor.ts";

/** Where a session stands on the chain. */
export interface AnchorLocation extends Inclusion {
  readonly kind: "slot" | "tree";
  readonly tree?: TreeProof;
}

/** Another content under a session's id. */
export interface AnchorConflict extends Inclusion {
  /** The commitment in the slot. */
  readonly standing: string;
}

/** What the chain says of a session. */
export interface AnchorFindings {
  /** Its own slot, where it has one. */
  readonly slot: AnchorLocation | undefined;
  /** The tree that the proof leads to, where that stands. */
  readonly tree: AnchorLocation | undefined;
  /** The earlier of the two: what the session is no later than. */
  readonly location: AnchorLocation | undefined;
  readonly conflict: AnchorConflict | undefined;
}

/**
 * Looks a session up: in its own slot, and in the tree that `proof` leads to. Who has a tree's session may give it a
 * slot of its own at any time; that makes it no younger.
 *
 * @throws {EvmError}
 */
export async function locateAnchor(
  anchors: LucidAnchorsClient,
  session: Session,
  proof?: TreeProof,
): Promise<AnchorFindings> {
  const standing = await anchors.commitmentOf(session.sessionId);
  const registration = standing === undefined ? undefined : await anchors.findRegistration(session.sessionId);
  const isOwn = standing === sessionCommitment(session);
  const slot: AnchorLocation | undefined =
    isOwn && registration !== undefined ? { kind: "slot", ...inclusion(registration) } : undefined;
  const tree = proof && (await locateInTree(anchors, session, proof));
  const conflict =
    standing !== undefined && registration !== undefined && !isOwn
      ? { standing, ...inclusion(registration) }
      : undefined;
  const location = slot && tree ? (isEarlier(slot, tree) ? slot : tree) : (slot ?? tree);
  return { slot, tree, location, conflict };
}

async function locateInTree(
  anchors: LucidAnchorsClient,
  session: Session,
  tree: TreeProof,
): Promise<AnchorLocation | undefined> {
  if (!(await anchors.verifySessionInTree(tree.root, session, tree.proof))) return undefined;
  const registered = await anchors.findTree(tree.root);
  return registered && { kind: "tree", tree, ...inclusion(registered) };
}

/** Whether `a` came before `b`, also within a block. */
export function isEarlier(a: Inclusion, b: Inclusion): boolean {
  return a.blockNumber < b.blockNumber || (a.blockNumber === b.blockNumber && a.logIndex < b.logIndex);
}

const inclusion = ({ txid, blockNumber, logIndex }: Inclusion): Inclusion => ({
  txid,
  blockNumber,
  logIndex,
});
