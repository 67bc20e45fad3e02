import { addsField } from "../adds-field.ts";
import type { CollectionSnapshot } from "../snapshot.ts";
import snapshots from "./snapshot.json" with { type: "json" };

/** The label of a session, which names its recording. */
export const sessionLabel = addsField("0004-session-label", {
  field: "label",
  column: "TEXT",
  snapshot: snapshots[0] as CollectionSnapshot,
});
