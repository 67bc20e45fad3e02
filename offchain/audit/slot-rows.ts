import type { LeaderScheduleDocument } from "../store/documents.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";

/** How a slot ended: won as which candidate, missed, taken by somebody who wrote no block, or not known. */
export const SLOT_OUTCOMES = [
  "primary",
  "fallback",
  "emergency",
  "missed",
  "without block",
  "open",
  "absent",
] as const;
export type SlotOutcome = (typeof SLOT_OUTCOMES)[number];

export interface SlotRow {
  readonly slot: number;
  readonly outcome: SlotOutcome;
  readonly winner?: string;
  readonly detail?: string;
  readonly block?: string;
}

/** How the slots of a range ended, as the store has it, in order; those that were skipped too. */
export async function* slotRows(
  { first, last }: { readonly first: number; readonly last: number },
  { leaderSchedule }: Pick<Store, "leaderSchedule">,
): AsyncGenerator<SlotRow> {
  let next = first;
  for await (const decided of eachDocument((page) => leaderSchedule.range(first, last + 1, page))) {
    for (; next < decided.slot; next += 1) yield { slot: next, outcome: "absent" };
    yield rowOf(decided);
    next = decided.slot + 1;
  }
  for (; next <= last; next += 1) yield { slot: next, outcome: "absent" };
}

function rowOf({ slot, result, block }: LeaderScheduleDocument): SlotRow {
  if (result === undefined) return { slot, outcome: "open" };
  const { winner, reason, detail } = result;
  const isTaken = reason !== "missed";
  return {
    slot,
    outcome: isTaken && block === undefined ? "without block" : reason,
    ...(winner !== undefined && { winner }),
    ...(detail !== undefined && { detail }),
    ...(block !== undefined && { block: block.hash }),
  };
}
