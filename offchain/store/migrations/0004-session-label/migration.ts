import { addsFields } from "../adds-fields.ts";
import type { CollectionSnapshot } from "../snapshot.ts";
import snapshots from "./snapshot.json" with { type: "json" };

/** The label of a session, which names its recording. */
export const sessionLabel = addsFields("0004-session-label", {
  columns: { label: "TEXT" },
  snapshot: snapshots[0] as CollectionSnapshot,
});
