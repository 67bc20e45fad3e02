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
 * A part's id is the hash of its content, and the head lists the ids: parts left by a closer that crashed do not
 * block another closer, and are ignored unless a head names them.
 */
export const slotTallyParts = collection({
  name: "slot_tally_parts",
  fields: {
    _id: hash,
    slot: whole,
    /** Its position among the parts of its slot, from 0. */
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
  // The roots identify what was closed; who closed it, and how the parts were cut, is not compared.
  notCompared: ["parts", "closer", "closerSig"],
  key: ["_id"],
  chronology: ["_id"],
  indexes: [],
});
