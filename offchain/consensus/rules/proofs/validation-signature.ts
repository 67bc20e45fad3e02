import { recoverAddress } from "../../../sessions/recover-address.ts";
import type { MessageHasher } from "../../typed-data/message-hasher.ts";
import type { ProofOf, ValidationEvidence } from "./evidence.ts";
import type { Refusal } from "./refusal.ts";

/**
 * A validation counts if the node signed the hash of the slot's block. Whether the block deserved it is what the node
 * checked before it signed, and is checked again by whoever replays the chain.
 */
export function validationRefusal(
  { nodeId, slot, value }: ProofOf<"validation_signature">,
  { blockHash }: ValidationEvidence,
  hasher: MessageHasher,
): Refusal | undefined {
  if (value.slot !== slot) return "PROOF_SLOT_MISMATCH";
  if (blockHash === undefined) return "BLOCK_ABSENT";
  if (value.blockHash !== blockHash) return "BLOCK_HASH_MISMATCH";
  const digest = hasher.digest({ name: "BlockValidation", message: { slot, blockHash } });
  const { address, fault } = recoverAddress(digest, value.signature);
  if (fault !== undefined) return fault;
  return address === nodeId ? undefined : "SIGNER_NOT_NODE";
}
