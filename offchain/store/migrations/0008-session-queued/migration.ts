import { addsFields } from "../adds-fields.ts";
import type { CollectionSnapshot } from "../snapshot.ts";
import snapshots from "./snapshot.json" with { type: "json" };

/** When a session was queued for the nodes of PoOT: a leader may be asked why it left one out. */
export const sessionQueued = addsFields("0008-session-queued", {
  columns: { queued: "TEXT" },
  snapshot: snapshots[0] as CollectionSnapshot,
});
