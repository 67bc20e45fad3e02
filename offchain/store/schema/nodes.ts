import { address, bytes, choice, hash, optional, time, whole } from "../fields.ts";
import { collection } from "./collection.ts";
import { signature, tronAddress } from "./common-fields.ts";

export const nodes = collection({
  name: "nodes",
  fields: {
    _id: hash,
    address,
    sequence: whole,
    kind: choice("node", "pool"),
    action: choice("register", "change", "leave"),
    vrfPublicKey: optional(bytes(32)),
    tronAddress: optional(tronAddress),
    poolId: optional(address),
    poolSig: optional(signature),
    sig: signature,
    ts: time,
  },
  stamps: { onInsert: ["ts"], onSwap: [], decides: true },
  changing: [],
  key: ["_id"],
  chronology: ["ts", "_id"],
  indexes: [
    {
      name: "address_sequence",
      fields: ["address", "sequence"],
      unique: true,
      serves: "the latest record of an address; one record a sequence number",
    },
    { name: "ts", fields: ["ts", "_id"], serves: "all records in pages, in the order they were stamped" },
  ],
});
