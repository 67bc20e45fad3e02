import type { LucidAnchorsReader } from "../contracts/lucid-anchors/reader.ts";
import { leadsToRoot as pathLeadsToRoot } from "../sessions/merkle-tree.ts";
import { type Session, sessionCommitment, sessionLeaf } from "../sessions/session.ts";
import type { TreeProof } from "./anchor.ts";

/** Since when the chain knows a session, and in which form. */
export interface AnchorLocation {
  readonly kind: "slot" | "tree";
  /** Unix seconds: the session existed no later. */
  readonly registeredAt: number;
  /** Where kind is tree. */
  readonly tree?: TreeProof;
}

/** What the chain says about a session. */
export interface AnchorFindings {
  /** Its own slot, where it has one. */
  readonly slot: AnchorLocation | undefined;
  /** The tree that the proof leads to, where it is registered. */
  readonly tree: AnchorLocation | undefined;
  /** The earlier of the two. */
  readonly earliest: AnchorLocation | undefined;
}

/**
 * Looks a session up: its own slot, and the tree that `proof` leads to. Needs no logs. Anybody who has a session of a
 * tree may promote it to its own slot at any time; the session keeps the tree's time.
 *
 * @param proof ignored where it does not lead from the session to its root.
 * @throws {EvmError}
 * @throws {ContractError} CONTRACT_FOREIGN
 */
export async function locateAnchor(
  anchors: LucidAnchorsReader,
  session: Session,
  proof?: TreeProof,
): Promise<AnchorFindings> {
  const slotTime = await anchors.registeredAt(sessionCommitment(session));
  const leads = proof !== undefined && leadsToRoot(session, proof);
  const treeTime = leads ? (await anchors.treeOf(proof.root))?.registeredAt : undefined;
  return findingsOf(slotTime, treeTime, proof);
}

/** A session and the path to the tree in which it may be. */
export interface SessionToLocate {
  readonly session: Session;
  readonly proof?: TreeProof | undefined;
}

/**
 * The same for many sessions: a few hundred per call, and one call for each of their trees.
 *
 * @returns the earliest anchor of each, in the same order
 */
export async function locateAnchors(
  anchors: LucidAnchorsReader,
  sessions: readonly SessionToLocate[],
): Promise<(AnchorLocation | undefined)[]> {
  const slotTimes = await anchors.registeredAtBatch(
    sessions.map(({ session }) => sessionCommitment(session)),
  );
  const treeTimes = new Map<string, number | undefined>();
  const located: (AnchorLocation | undefined)[] = [];
  for (const [at, { session, proof }] of sessions.entries()) {
    const leads = proof !== undefined && leadsToRoot(session, proof);
    if (leads && !treeTimes.has(proof.root)) {
      treeTimes.set(proof.root, (await anchors.treeOf(proof.root))?.registeredAt);
    }
    const treeTime = leads ? treeTimes.get(proof.root) : undefined;
    located.push(findingsOf(slotTimes[at], treeTime, proof).earliest);
  }
  return located;
}

function findingsOf(
  slotTime: number | undefined,
  treeTime: number | undefined,
  proof: TreeProof | undefined,
): AnchorFindings {
  const slot = slotTime === undefined ? undefined : ({ kind: "slot", registeredAt: slotTime } as const);
  const tree =
    treeTime === undefined
      ? undefined
      : ({ kind: "tree", registeredAt: treeTime, tree: proof } as AnchorLocation);
  // If the times are equal, the tree: its root was registered then, the slot perhaps only by a later promotion.
  const isSlotEarlier = slot !== undefined && (tree === undefined || slot.registeredAt < tree.registeredAt);
  return { slot, tree, earliest: isSlotEarlier ? slot : tree };
}

/** Whether a path leads from a session's leaf to a root: as verifySessionInTree of LucidAnchors checks. */
export function leadsToRoot(session: Session, { root, proof }: Pick<TreeProof, "root" | "proof">): boolean {
  return pathLeadsToRoot(sessionLeaf(session), proof, root);
}
