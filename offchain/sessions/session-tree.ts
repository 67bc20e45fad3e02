import { keccak256 } from "ethers";
import { SessionError } from "./errors.ts";
import { type Session, sessionLeaf } from "./session.ts";

const NODE_BYTES = 32;

/** A tree over sessions in the order given, as `registerSessionTree` anchors it. */
export interface SessionTree {
  /** bytes32 hex. */
  readonly root: string;
  readonly count: number;
  /** The heap of OpenZeppelin's merkle-tree, 32 bytes a node: the root first, the leaves last and backwards. */
  readonly nodes: Buffer;
}

/**
 * The tree of `@openzeppelin/merkle-tree` with `sortLeaves: false`, node by node the same, in a flat buffer:
 * that library's objects take gigabytes and minutes for 2^20 sessions.
 *
 * @param sessions at least one.
 * @throws {SessionError} SESSION_ARGUMENT_INVALID without sessions.
 */
export function sessionTree(sessions: readonly Session[]): SessionTree {
  const count = sessions.length;
  if (count === 0) {
    const expected = "at least one session";
    throw new SessionError({
      code: "SESSION_ARGUMENT_INVALID",
      argument: "sessions",
      value: "empty",
      expected,
    });
  }
  const nodes = Buffer.alloc((2 * count - 1) * NODE_BYTES);
  sessions.forEach((session, index) => {
    writeNode(nodes, leafPlace(count, index), sessionLeaf(session));
  });
  for (let place = count - 2; place >= 0; place--) {
    writeNode(nodes, place, pairHash(nodes, 2 * place + 1, 2 * place + 2));
  }
  return { root: hexNode(nodes, 0), count, nodes };
}

/**
 * The proof of the session at `index`, for `verifySessionInTree`.
 *
 * @throws {SessionError} SESSION_TREE_INDEX_OUT_OF_RANGE
 */
export function sessionTreeProof({ nodes, count }: SessionTree, index: number): string[] {
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new SessionError({ code: "SESSION_TREE_INDEX_OUT_OF_RANGE", index, count });
  }
  const proof: string[] = [];
  for (let place = leafPlace(count, index); place > 0; place = (place - 1) >> 1) {
    const isRight = place % 2 === 0;
    proof.push(hexNode(nodes, isRight ? place - 1 : place + 1));
  }
  return proof;
}

const leafPlace = (count: number, index: number) => 2 * count - 2 - index;

function pairHash(nodes: Buffer, left: number, right: number): string {
  const [a, b] = [nodeAt(nodes, left), nodeAt(nodes, right)];
  return keccak256(Buffer.concat(a.compare(b) <= 0 ? [a, b] : [b, a]));
}

function nodeAt(nodes: Buffer, place: number): Buffer {
  return nodes.subarray(place * NODE_BYTES, (place + 1) * NODE_BYTES);
}

const hexNode = (nodes: Buffer, place: number) => `0x${nodeAt(nodes, place).toString("hex")}`;

function writeNode(nodes: Buffer, place: number, hash: string): void {
  nodes.write(hash.slice(2), place * NODE_BYTES, "hex");
}
