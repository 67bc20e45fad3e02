import { missedDetail } from "../consensus/node/missed-detail.ts";
import { FALLBACK_COUNT, SLOT_TIMEOUT_MS } from "../consensus/parameters.ts";
import { candidacyOf } from "../consensus/rules/candidacy.ts";
import { slotStart } from "../consensus/slot-time.ts";
import type { LeaderScheduleDocument, NewDecision } from "../store/documents.ts";
import { type AuditFinding, shownTime, shownWindow } from "./finding.ts";

type Decision = Pick<NewDecision, "slot" | "primary" | "fallbacks" | "transcript">;

/**
 * Holds the result of a slot that is over to its decision: who took it, when, and as what; or that nobody could any more.
 *
 * @param decision by which it is judged
 */
export function judgeResult(
  { slot, result, block, ...stored }: LeaderScheduleDocument,
  decision: Decision,
): AuditFinding | undefined {
  const place = { slot };
  if (result === undefined) return { code: "RESULT_MISSING", place, expected: "a winner, or missed" };
  const { winner, reason, takenAt, detail } = result;
  if (winner === undefined || reason === "missed") {
    if (block !== undefined)
      return { code: "BLOCK_WITHOUT_WINNER", place, expected: "no block", found: block.hash };
    const count = decision.primary === undefined ? 0 : 1 + decision.fallbacks.length;
    const until = slotStart(slot) + count * SLOT_TIMEOUT_MS;
    if (takenAt < until)
      return { code: "RESULT_MISSED_EARLY", place, expected: shownTime(until), found: shownTime(takenAt) };
    const expected = missedDetail({ ...stored, ...decision, slot } as LeaderScheduleDocument);
    const found = winner !== undefined || reason !== "missed" ? `${winner} ${reason}` : (detail ?? "absent");
    return found === expected ? undefined : { code: "RESULT_REASON_WRONG", place, expected, found };
  }
  const candidacy = candidacyOf(decision, winner);
  if (candidacy === undefined) {
    const candidates = [decision.primary, ...decision.fallbacks].slice(0, 1 + FALLBACK_COUNT);
    return { code: "RESULT_WINNER_NOT_CANDIDATE", place, expected: candidates.join(" "), found: winner };
  }
  const { window } = candidacy;
  if (takenAt < window.from || takenAt >= window.until) {
    const expected = shownWindow(window);
    return {
      code: "RESULT_OUTSIDE_WINDOW",
      place: { slot, entityId: winner },
      expected,
      found: shownTime(takenAt),
    };
  }
  if (reason === candidacy.reason) return undefined;
  return { code: "RESULT_REASON_WRONG", place, expected: candidacy.reason, found: reason };
}
