import { address, choice, hash, list, optional, record, time, whole } from "../fields.ts";
import { collection } from "./collection.ts";
import { canonicalJson, reason, signature } from "./common-fields.ts";

export const leaderSchedule = collection({
  name: "leader_schedule",
  fields: {
    _id: whole,
    slot: whole,
    primary: optional(address),
    fallbacks: list(address, 3),
    seed: optional(hash),
    transcript: canonicalJson,
    transcriptHash: hash,
    decidedAt: time,
    result: optional(
      record({
        winner: optional(address),
        reason: choice("primary", "fallback", "emergency", "missed"),
        /** Why a slot was missed. */
        detail: optional(reason),
        takenAt: time,
      }),
    ),
    block: optional(
      record({
        hash,
        body: canonicalJson,
        signature,
        /** The node that led: the winner itself, or a member of the pool that won. */
        signer: address,
        /** Absent in blocks from before the store stamped them. */
        writtenAt: optional(time),
      }),
    ),
  },
  stamps: { onInsert: ["decidedAt"], onSwap: ["result.takenAt", "block.writtenAt"] },
  changing: ["result", "block"],
  key: ["_id"],
  chronology: ["_id"],
  indexes: [],
});
