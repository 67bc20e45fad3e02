import type { LeaderScheduleDocument, SlotResult } from "../../store/documents.ts";
import { BLOCK_DEADLINE_SEC, SLOT_TIMEOUT_MS } from "../parameters.ts";
import { slotStart } from "../slot-time.ts";
import { decisionReason } from "./transcript.ts";

/** Unix milliseconds of the store's clock: at or after `from`, and before `until`. */
export interface TimeWindow {
  readonly from: number;
  readonly until: number;
}

/** How an entity may take a slot. */
export interface Candidacy {
  /** 0 is the primary, 1 to 3 are its fallbacks. */
  readonly place: number;
  readonly reason: Exclude<SlotResult["reason"], "missed">;
  readonly window: TimeWindow;
}

type Decided = Pick<LeaderScheduleDocument, "slot" | "primary" | "fallbacks" | "transcript">;

/** An entity's candidacy by a decision; undefined where it is not among the candidates. */
export function candidacyOf(decision: Decided, entityId: string): Candidacy | undefined {
  const { slot, primary, fallbacks } = decision;
  const place = primary === undefined ? -1 : [primary, ...fallbacks].indexOf(entityId);
  if (place === -1) return undefined;
  const kind = decisionReason(decision)?.kind;
  if (kind === undefined) return undefined;
  const ordinary = place === 0 ? "primary" : "fallback";
  const from = slotStart(slot) + place * SLOT_TIMEOUT_MS;
  return {
    place,
    reason: kind === "emergency" ? "emergency" : ordinary,
    window: { from, until: from + SLOT_TIMEOUT_MS },
  };
}

/** When a slot's block may be written. */
export function blockWindow(slot: number): TimeWindow {
  const from = slotStart(slot);
  return { from, until: from + BLOCK_DEADLINE_SEC * 1_000 };
}
