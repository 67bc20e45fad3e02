import type { LeaderScheduleDocument } from "../../store/documents.ts";

/** Of a slot for which there were candidates. */
const NOT_TAKEN = "not-taken";

/** Why nobody has a slot that nobody took: the decision's own reason, or that no candidate took it. */
export function missedDetail({ primary, transcript }: LeaderScheduleDocument): string {
  if (primary !== undefined) return NOT_TAKEN;
  const { reason } = JSON.parse(transcript) as { reason?: { why?: string } };
  return reason?.why ?? NOT_TAKEN;
}
