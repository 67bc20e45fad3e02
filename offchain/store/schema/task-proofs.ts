import { address, bytes, choice, hash, optional, record, time, uuid, variant, whole } from "../fields.ts";
import { collection } from "./collection.ts";
import { merkleProof, signature } from "./common-fields.ts";

export const taskProofs = collection({
  name: "task_proofs",
  fields: {
    _id: hash,
    nodeId: address,
    poolId: optional(address),
    slot: whole,
    type: choice("relay_bandwidth", "storage_availability", "validation_signature", "uptime_beacon"),
    value: variant("type", {
      relay_bandwidth: { sessionId: uuid, bytes: whole, receipt: signature },
      storage_availability: {
        /** Which of the node's challenges in the slot. */
        challenge: whole,
        /** Of the chunk's session. */
        commitment: hash,
        chunk: record({ idx: whole, sizeBytes: whole, ciphertextSha256: hash, contentRoot: hash }),
        chunkProof: merkleProof,
        segmentIndex: whole,
        segment: bytes(1024),
        segmentProof: merkleProof,
      },
      validation_signature: { slot: whole, blockHash: hash, signature },
      uptime_beacon: { vrfProof: bytes(80) },
    }),
    sig: signature,
    ts: time,
  },
  stamps: { onInsert: ["ts"], onSwap: [], decides: true },
  changing: [],
  shardKey: ["slot", "nodeId"],
  key: ["slot", "nodeId", "_id"],
  chronology: ["slot", "nodeId", "_id"],
  indexes: [
    {
      name: "slot_node",
      fields: ["slot", "nodeId", "_id"],
      unique: true,
      serves: "one proof, a slot's proofs in pages, and the tally of a slot",
    },
  ],
});
