import { address, hash, text, whole } from "../fields.ts";
import { collection } from "./collection.ts";

/** The roots that nodes attested in LucidCheckpoints, as seen in confirmed blocks. */
export const attestations = collection({
  name: "attestations",
  fields: {
    /** `epoch:attester`: the contract accepts one root per attester and epoch. */
    _id: text(64),
    epoch: whole,
    attester: address,
    root: hash,
    blockNumber: whole,
    blockHash: hash,
    txid: hash,
  },
  stamps: { onInsert: [], onSwap: [] },
  changing: [],
  key: ["_id"],
  chronology: ["blockNumber", "_id"],
  indexes: [
    {
      name: "epoch_attester",
      fields: ["epoch", "attester"],
      unique: true,
      serves: "an epoch's attestations in the order of their attesters",
    },
    {
      name: "block",
      fields: ["blockNumber", "_id"],
      serves: "the blocks of the oldest and the newest attestation",
    },
  ],
});
