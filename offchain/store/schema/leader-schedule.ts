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
    /** `signer` is the node that led: the winner itself, or a member of the pool that won. */
    block: optional(record({ hash, body: canonicalJson, signature, signer: address })),
  },
  stamps: { onInsert: ["decidedAt"], onSwap: ["result.takenAt"] },
  changing: ["result", "block"],
  key: ["_id"],
  chronology: ["_id"],
  indexes: [],
});
