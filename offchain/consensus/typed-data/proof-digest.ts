import { sessionIdToBytes32 } from "../../sessions/session-id.ts";
import type { NewTaskProof } from "../../store/documents.ts";
import type { MessageHasher } from "./message-hasher.ts";
import type { NamedMessage } from "./message-types.ts";

/** What stands for an optional address that is absent. */
export const NO_ADDRESS = `0x${"00".repeat(20)}`;

type WithoutId<Proof> = Proof extends unknown ? Omit<Proof, "_id" | "sig"> : never;
/** A proof before it has an id and a signature. */
export type ProofContent = WithoutId<NewTaskProof>;

/** The message that a proof's envelope signature is over. */
export function proofMessage(proof: ProofContent): NamedMessage {
  const { nodeId, poolId = NO_ADDRESS, slot } = proof;
  const common = { nodeId, poolId, slot };
  switch (proof.type) {
    case "relay_bandwidth": {
      const { sessionId, bytes } = proof.value;
      const message = { ...common, sessionId: sessionIdToBytes32(sessionId), bytes };
      return { name: "RelayBandwidthProof", message };
    }
    case "storage_availability":
      return { name: "StorageAvailabilityProof", message: { ...common, ...proof.value } };
    case "validation_signature":
      return { name: "ValidationSignatureProof", message: { ...common, blockHash: proof.value.blockHash } };
    case "uptime_beacon":
      return { name: "UptimeBeaconProof", message: { ...common, vrfProof: proof.value.vrfProof } };
  }
}

/**
 * The digest of a proof's message, which is also its id.
 *
 * @throws {ConsensusError} MESSAGE_FIELD_INVALID
 */
export function proofDigest(hasher: MessageHasher, proof: ProofContent): Uint8Array {
  return hasher.digest(proofMessage(proof));
}
