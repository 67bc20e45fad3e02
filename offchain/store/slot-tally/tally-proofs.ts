import { groupBy } from "../../group-by.ts";
import type { SlotTally, TaskProofDocument } from "../documents.ts";
import type { TallyRequest } from "./port.ts";

/**
 * The reference for every engine's `tallySlot`: written to be read, not to be fast. Tests compare the engines with it.
 *
 * Of the slot's proofs that were stamped in time, grouped by entity:
 * - `sessions`: different sessions relayed, `bytes`: sum over all relay proofs, at most 2^53 - 1;
 * - `storageProofs`: for each node the different challenges that it answered, at most `storageProofsPerNode` of them;
 * - `validationSignatures`, `beacons`: nodes with at least one.
 *
 * A node that changed its pool within the slot counts once in each entity that its proofs name.
 */
export function tallyProofs(
  proofs: Iterable<TaskProofDocument>,
  { slot, stampedUntil, storageProofsPerNode }: TallyRequest,
): SlotTally[] {
  const counted = [...proofs].filter((proof) => proof.slot === slot && proof.ts <= stampedUntil);
  const byEntity = groupBy(counted, ({ poolId, nodeId }) => poolId ?? nodeId);
  return [...byEntity]
    .map(([entityId, own]) => ({ entityId, ...tallyEntity(own, storageProofsPerNode) }))
    .sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
}

function tallyEntity(
  proofs: readonly TaskProofDocument[],
  storageProofsPerNode: number,
): Omit<SlotTally, "entityId"> {
  const relayed = new Set<string>();
  let bytes = 0;
  let storageProofs = 0;
  let validationSignatures = 0;
  let beacons = 0;
  for (const ofNode of groupBy(proofs, ({ nodeId }) => nodeId).values()) {
    const answered = new Set<number>();
    for (const { type, value } of ofNode) {
      if (type === "relay_bandwidth") {
        relayed.add(value.sessionId);
        bytes = Math.min(bytes + value.bytes, Number.MAX_SAFE_INTEGER);
      }
      if (type === "storage_availability") answered.add(value.challenge);
    }
    storageProofs += Math.min(answered.size, storageProofsPerNode);
    validationSignatures += ofNode.some(({ type }) => type === "validation_signature") ? 1 : 0;
    beacons += ofNode.some(({ type }) => type === "uptime_beacon") ? 1 : 0;
  }
  return { sessions: relayed.size, bytes, storageProofs, validationSignatures, beacons };
}
