import type { LeaderScheduleDocument } from "../../store/documents.ts";
import { decisionReason } from "../rules/transcript.ts";

/** Why nobody has a slot that nobody took: the decision's own reason, or that no candidate took it. */
export function missedDetail(decision: LeaderScheduleDocument): string {
  const reason = decisionReason(decision);
  return reason?.kind === "missed" ? reason.why : "not-taken";
}
