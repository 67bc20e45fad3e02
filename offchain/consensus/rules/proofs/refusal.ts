/** Every reason for which a task proof does not count, in the order in which they are looked for. */
export const REFUSALS = [
  /** Stamped before its slot began. */
  "PROOF_TOO_EARLY",
  /** Stamped after the inputs of its slot were closed. */
  "PROOF_TOO_LATE",
  /** A number is larger than its message's type holds. */
  "PROOF_VALUE_OUT_OF_RANGE",
  /** No registration of the node is in force. */
  "NODE_NOT_REGISTERED",
  /** The node does not hold REGISTRAR_ROLE. */
  "NODE_NOT_ADMITTED",
  /** The proof names another pool than the registration in force, or none. */
  "PROOF_POOL_MISMATCH",
  /** The id is not the digest of what the proof claims. */
  "PROOF_ID_MISMATCH",
  /** A signature is not r, s and v (27 or 28) as 65 bytes in lower-case hex, or nobody can have made it. */
  "SIGNATURE_MALFORMED",
  /** A signature's s is in the upper half of the curve's order. */
  "SIGNATURE_MALLEABLE",
  /** Another key signed than the node's, or another content, or for another chain or contract. */
  "SIGNER_NOT_NODE",
  /** No content under the session's id is registered by itself. */
  "SESSION_NOT_REGISTERED",
  /** Another key signed the receipt than the session's owner, or for other values, another slot or another chain. */
  "SIGNER_NOT_OWNER",
  /** The session was registered more than a window ago. */
  "SESSION_TOO_OLD",
  /** LucidChunkStore does not have all chunks of the session. */
  "CHUNKS_NOT_RECORDED",
  /** More bytes than the session has, or none. */
  "RELAY_BYTES_OUT_OF_RANGE",
  /** A node gets challenges 0 to 3 in a slot. */
  "CHALLENGE_UNKNOWN",
  /** No chunk is recorded yet, so none is asked for. */
  "CORPUS_EMPTY",
  /** The challenge asks for another chunk. */
  "CHALLENGE_WRONG_CHUNK",
  /** The chunk that is asked for has no segment: whoever recorded an empty one gains nothing. */
  "CHUNK_EMPTY",
  /** The Merkle proof does not lead from the chunk to the session's root. */
  "CHUNK_PROOF_INVALID",
  /** The challenge asks for another segment of the chunk. */
  "CHALLENGE_WRONG_SEGMENT",
  /** Segment and path do not lead to the chunk's content root. */
  "SEGMENT_PROOF_INVALID",
  /** What is signed is for another slot than the one in which it is claimed. */
  "PROOF_SLOT_MISMATCH",
  /** The slot has no block. */
  "BLOCK_ABSENT",
  /** The slot's block has another hash. */
  "BLOCK_HASH_MISMATCH",
  /** The VRF proof does not verify for the slot's hash under the registered key. */
  "VRF_PROOF_INVALID",
  /** The same claim counted already. */
  "PROOF_REPEATED",
] as const;

export type Refusal = (typeof REFUSALS)[number];
