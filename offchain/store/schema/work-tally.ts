import { address, record, text, whole } from "../fields.ts";
import { collection } from "./collection.ts";

export const workTally = collection({
  name: "work_tally",
  fields: {
    _id: text(64),
    epoch: whole,
    entityId: address,
    credits: whole,
    liveScore: record({ beacons: whole, slots: whole }),
    rank: whole,
  },
  stamps: { onInsert: [], onSwap: [] },
  changing: [],
  key: ["_id"],
  chronology: ["epoch", "rank", "_id"],
  indexes: [
    {
      name: "epoch_rank",
      fields: ["epoch", "rank", "_id"],
      serves: "an epoch's tally in pages, best rank first",
    },
    {
      name: "entity_epoch",
      fields: ["entityId", "epoch"],
      unique: true,
      serves: "an entity's tally over epochs",
    },
  ],
});
