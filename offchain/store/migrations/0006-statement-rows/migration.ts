import { addsFields } from "../adds-fields.ts";
import type { CollectionSnapshot } from "../snapshot.ts";
import snapshots from "./snapshot.json" with { type: "json" };

/** Where a payout is in its statement, and the approver's signature beside the planner's. */
export const statementRows = addsFields("0006-statement-rows", {
  columns: { plan_index: "INTEGER", plan_period: "TEXT", plan_total: "INTEGER", approver_sig: "TEXT" },
  snapshot: snapshots[0] as CollectionSnapshot,
});
