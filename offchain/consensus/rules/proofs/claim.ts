import type { TaskProofDocument } from "../../../store/documents.ts";

/**
 * What a proof earns its credit for: of several valid proofs with one claim, one counts. A node has one validation and
 * one beacon in a slot, whichever of two valid proofs, and one answer to each challenge. Receipts of a session add up,
 * so a relay's claim is its whole content, which its id is the digest of; a second signature under the same receipt
 * is the same claim.
 */
export function claimOf({ _id, nodeId, slot, type, value }: TaskProofDocument): string {
  switch (type) {
    case "relay_bandwidth":
      return `${type}:${_id}`;
    case "storage_availability":
      return `${type}:${slot}:${nodeId}:${value.challenge}`;
    case "validation_signature":
    case "uptime_beacon":
      return `${type}:${slot}:${nodeId}`;
  }
}
