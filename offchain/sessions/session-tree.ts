import { SessionError } from "./errors.ts";
import { type MerkleTree, merkleProof, merkleTree } from "./merkle-tree.ts";
import { type Session, sessionLeaf } from "./session.ts";

/**
 * The tree over sessions in the order given, as `registerSessionTree` anchors it.
 *
 * @param sessions at least one.
 * @throws {SessionError} SESSION_ARGUMENT_INVALID without sessions.
 */
export function sessionTree(sessions: readonly Session[]): MerkleTree {
  if (sessions.length > 0) return merkleTree(leavesOf(sessions), sessions.length);
  const expected = "at least one session";
  throw new SessionError({
    code: "SESSION_ARGUMENT_INVALID",
    argument: "sessions",
    value: "empty",
    expected,
  });
}

/**
 * The proof of the session at `index`, for `verifySessionInTree`.
 *
 * @throws {SessionError} SESSION_TREE_INDEX_OUT_OF_RANGE
 */
export function sessionTreeProof(tree: MerkleTree, index: number): string[] {
  if (!Number.isInteger(index) || index < 0 || index >= tree.count) {
    throw new SessionError({ code: "SESSION_TREE_INDEX_OUT_OF_RANGE", index, count: tree.count });
  }
  return merkleProof(tree, index);
}

/** One at a time: a million hex strings would use more memory than the tree. */
function* leavesOf(sessions: readonly Session[]): Generator<string> {
  for (const session of sessions) yield sessionLeaf(session);
}
