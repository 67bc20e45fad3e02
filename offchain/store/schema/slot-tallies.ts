import { address, hash, list, record, time, whole } from "../fields.ts";
import { collection } from "./collection.ts";
import { signature } from "./common-fields.ts";

/** What one entity did in one slot. */
export const slotTally = record({
  entityId: address,
  sessions: whole,
  bytes: whole,
  storageProofs: whole,
  validationSignatures: whole,
  beacons: whole,
});

/**
 * The tallies of closed slots, cut into parts because a MongoDB document ends at 16 MiB.
 *
 * A part's id is the hash of its content, and the head lists the ids: what a closer that crashed has left behind
 * occupies no other closer's keys, and counts for nothing unless a head names it.
 */
export const slotTallyParts = collection({
  name: "slot_tally_parts",
  fields: {
    _id: hash,
    slot: whole,
    /** Its place among the parts of its slot, from 0. */
    number: whole,
    /** In the order of entityId; a part is cut by its bytes (slot-tally/cut-parts.ts). */
    tallies: list(slotTally, 10_000),
  },
  stamps: { onInsert: [], onSwap: [] },
  changing: [],
  shardKey: ["_id"],
  key: ["_id"],
  indexes: [],
});

/** The heads of closed slots: written when all parts are, so a slot without a head is not closed. */
export const slotTallies = collection({
  name: "slot_tallies",
  fields: {
    _id: whole,
    proofCount: whole,
    proofsRoot: hash,
    talliesRoot: hash,
    entityCount: whole,
    /** Ids of the parts, in order. */
    parts: list(hash, 10_000),
    closer: address,
    /** The closer's EIP-712 signature over the record. */
    closerSig: signature,
    closedAt: time,
  },
  stamps: { onInsert: ["closedAt"], onSwap: [] },
  changing: [],
  // The roots say what was closed; by whom, and how its parts were cut, makes no difference.
  notCompared: ["parts", "closer", "closerSig"],
  key: ["_id"],
  chronology: ["_id"],
  indexes: [],
});
