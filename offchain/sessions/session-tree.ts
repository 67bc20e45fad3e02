import { SessionError } from "./errors.ts";
import { type LeafTree, leafProof, leafTree } from "./leaf-tree.ts";
import { type Session, sessionLeaf } from "./session.ts";

/** A tree over sessions in the order given, as `registerSessionTree` anchors it. */
export type SessionTree = LeafTree;

/**
 * @param sessions at least one.
 * @throws {SessionError} SESSION_ARGUMENT_INVALID without sessions.
 */
export function sessionTree(sessions: readonly Session[]): SessionTree {
  if (sessions.length === 0) {
    const expected = "at least one session";
    throw new SessionError({
      code: "SESSION_ARGUMENT_INVALID",
      argument: "sessions",
      value: "empty",
      expected,
    });
  }
  return leafTree(leavesOf(sessions), sessions.length);
}

/**
 * The proof of the session at `index`, for `verifySessionInTree`.
 *
 * @throws {SessionError} SESSION_TREE_INDEX_OUT_OF_RANGE
 */
export function sessionTreeProof(tree: SessionTree, index: number): string[] {
  const { count } = tree;
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new SessionError({ code: "SESSION_TREE_INDEX_OUT_OF_RANGE", index, count });
  }
  return leafProof(tree, index);
}

/** One at a time: a million hex strings would take more memory than the tree. */
function* leavesOf(sessions: readonly Session[]): Generator<string> {
  for (const session of sessions) yield sessionLeaf(session);
}
