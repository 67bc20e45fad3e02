import type { Document as BsonDocument, Collection } from "mongodb";
import type { SlotTally } from "../documents.ts";
import { type EntitySum, mergeSums } from "./merge-sums.ts";
import type { TallyRequest } from "./port.ts";

/** The pool where there is one, else the node. */
const ENTITY = { $ifNull: ["$poolId", "$nodeId"] };

/** As a double: exact up to 2^53 - 1, where the sum is capped, and it never overflows as a Long would. */
const CLAIMED = { $toDouble: "$value.bytes" };

/** The tally of a slot, computed by the server; only sums come back. */
export async function tallySlot(proofs: Collection, request: TallyRequest): Promise<SlotTally[]> {
  const options = { allowDiskUse: true, hint: "slot_node" };
  const [relays, counts] = await Promise.all([
    proofs.aggregate(relayPipeline(request), options).toArray(),
    proofs.aggregate(countPipeline(request), options).toArray(),
  ]);
  return mergeSums([...relays.map(relaySum), ...counts.map(countSum)]);
}

/** Distinct sessions relayed, and their bytes. */
function relayPipeline({ slot, stampedUntil }: TallyRequest): BsonDocument[] {
  return [
    { $match: { slot: BigInt(slot), ts: { $lte: new Date(stampedUntil) }, type: "relay_bandwidth" } },
    {
      $group: {
        _id: { entity: ENTITY, session: "$value.sessionId" },
        bytes: { $sum: CLAIMED },
      },
    },
    { $group: { _id: "$_id.entity", sessions: { $sum: 1 }, bytes: { $sum: "$bytes" } } },
  ];
}

/** The other types: one per node, or for storage up to a limit per node, each for another challenge. */
function countPipeline({ slot, stampedUntil, storageProofsPerNode }: TallyRequest): BsonDocument[] {
  const most = { $cond: [{ $eq: ["$_id.type", "storage_availability"] }, storageProofsPerNode, 1] };
  const challenge = { $cond: [{ $eq: ["$type", "storage_availability"] }, "$value.challenge", null] };
  return [
    {
      $match: { slot: BigInt(slot), ts: { $lte: new Date(stampedUntil) }, type: { $ne: "relay_bandwidth" } },
    },
    { $group: { _id: { entity: ENTITY, node: "$nodeId", type: "$type", challenge } } },
    {
      $group: {
        _id: { entity: "$_id.entity", node: "$_id.node", type: "$_id.type" },
        distinct: { $sum: 1 },
      },
    },
    {
      $group: {
        _id: { entity: "$_id.entity", type: "$_id.type" },
        counted: { $sum: { $min: ["$distinct", most] } },
      },
    },
  ];
}

const relaySum = ({ _id, sessions, bytes }: BsonDocument): EntitySum => ({
  entityId: _id,
  sessions: Number(sessions),
  bytes: Math.min(Number(bytes), Number.MAX_SAFE_INTEGER),
});

const countSum = ({ _id, counted }: BsonDocument): EntitySum => ({
  entityId: _id.entity,
  type: _id.type,
  counted: Number(counted),
});
