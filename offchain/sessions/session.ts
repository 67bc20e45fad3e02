import { keccak256Bytes, keccak256Hex } from "../keccak.ts";
import { abiWords } from "./abi-words.ts";

/** A session as in the contracts: `struct Session` of LucidAnchors, field by field in its order. */
export interface Session {
  /** bytes32 hex: the UUID, left-aligned. */
  readonly sessionId: string;
  /** keccak256 of the manifest's bytes. */
  readonly manifestHash: string;
  /** Unix seconds. */
  readonly startedAt: number;
  /** EIP-55 address. */
  readonly owner: string;
  /** Root of the chunk tree. */
  readonly merkleRoot: string;
  readonly chunkCount: number;
}

/** The session's fields in the order of the struct, which is that of `registerSession`'s arguments. */
export function sessionFields(session: Session) {
  const { sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount } = session;
  return [sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount] as const;
}

/** The key of a session in the contracts: `keccak256(abi.encode(session))`. */
export function sessionCommitment(session: Session): string {
  return keccak256Hex(abiWords(...sessionFields(session)));
}

/** The session's leaf in a session tree: hashed twice, so that an inner node cannot pass for a leaf. */
export function sessionLeaf(session: Session): string {
  return keccak256Hex(keccak256Bytes(abiWords(...sessionFields(session))));
}
