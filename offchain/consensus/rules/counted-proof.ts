interface ProofOf<Type extends string> {
  readonly type: Type;
  readonly nodeId: string;
  /** The entity of the node in the proof's slot: the same in all of its proofs of that slot. */
  readonly entityId: string;
}

export interface CountedRelay extends ProofOf<"relay_bandwidth"> {
  /** The session's commitment, bytes32. */
  readonly commitment: string;
  /** What the owner's receipt states. */
  readonly bytes: number;
  /** Sum of the sizes of the session's recorded chunks. */
  readonly sizeBytes: number;
}

export interface CountedStorage extends ProofOf<"storage_availability"> {
  /** Which of the node's challenges in this slot it answers, from 0. */
  readonly challenge: number;
}

/** What the tally takes from a proof that was verified, was stamped in time, and belongs to an admitted node. */
export type CountedProof =
  | CountedRelay
  | CountedStorage
  | ProofOf<"validation_signature">
  | ProofOf<"uptime_beacon">;
