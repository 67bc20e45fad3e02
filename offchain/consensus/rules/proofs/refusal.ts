/** Every reason for which a task proof does not count, in the order in which they are looked for. */
export const REFUSALS = [
  /** The proof was stamped before its slot began. */
  "PROOF_TOO_EARLY",
  /** The proof was stamped less than 5 s before the end of the slot after its own. */
  "PROOF_TOO_LATE",
  /** The proof has a number that is out of range for its type in the message. */
  "PROOF_VALUE_OUT_OF_RANGE",
  /** The proof is of an address without a registration in force. */
  "NODE_NOT_REGISTERED",
  /** The proof is of a node without REGISTRAR_ROLE. */
  "NODE_NOT_ADMITTED",
  /** The proof names another pool than the registration in force, or none. */
  "PROOF_POOL_MISMATCH",
  /** The proof has an id that is not the digest of its message. */
  "PROOF_ID_MISMATCH",
  /**
   * The proof has a signature, its own or one inside its value, that is not r, s and v (27 or 28) as 65 bytes
   * in lower-case hex, or that no key can have made.
   */
  "SIGNATURE_MALFORMED",
  /**
   * The proof has a signature, its own or one inside its value, with a high s: one in the upper half of the
   * curve's order.
   */
  "SIGNATURE_MALLEABLE",
  /**
   * The proof is signed by another key than the node's, or for another content, chain or contract; which of
   * them cannot be determined.
   */
  "SIGNER_NOT_NODE",
  /** The proof is for a session that is not registered in its own slot, or not before the PoOT slot. */
  "SESSION_NOT_REGISTERED",
  /**
   * The proof has a receipt signed by another key than that of the session's owner, or for another node, slot,
   * amount, chain or contract.
   */
  "SIGNER_NOT_OWNER",
  /** The proof is for a session that was registered more than 5,040 slots ago. */
  "SESSION_TOO_OLD",
  /** The proof is for a session of which chunks are missing in LucidChunkStore. */
  "CHUNKS_NOT_RECORDED",
  /** The proof claims no bytes, or more than the session has. */
  "RELAY_BYTES_OUT_OF_RANGE",
  /** The proof answers a challenge beyond 3: a node gets challenges 0 to 3 in a slot. */
  "CHALLENGE_UNKNOWN",
  /** The proof answers a challenge while no chunk is recorded. */
  "CORPUS_EMPTY",
  /** The proof shows another chunk than the one that is asked for. */
  "CHALLENGE_WRONG_CHUNK",
  /**
   * The proof answers for a chunk of no bytes, which has no segment to show: whoever recorded it gains nothing.
   */
  "CHUNK_EMPTY",
  /** The proof has a Merkle proof that does not lead from the chunk to the session's root. */
  "CHUNK_PROOF_INVALID",
  /** The proof shows another segment than the one that is asked for. */
  "CHALLENGE_WRONG_SEGMENT",
  /** The proof has a segment and path that do not lead to the chunk's content root. */
  "SEGMENT_PROOF_INVALID",
  /** The proof is a validation of another slot's block. */
  "PROOF_SLOT_MISMATCH",
  /** The proof is a validation of a slot without a block. */
  "BLOCK_ABSENT",
  /** The proof is a validation of another block than the slot has. */
  "BLOCK_HASH_MISMATCH",
  /** The proof has a VRF proof that does not verify over the slot's hash under the registered key. */
  "VRF_PROOF_INVALID",
  /** The proof makes a claim that has already counted. */
  "PROOF_REPEATED",
] as const;

export type Refusal = (typeof REFUSALS)[number];
