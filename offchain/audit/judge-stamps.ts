import type { LeaderScheduleDocument, SlotTallyHead } from "../store/documents.ts";
import { type AuditFinding, shownTime } from "./finding.ts";

/** Servers of one store may be apart by so much after one took over from another, in milliseconds. */
const TOLERANCE_MS = 1_000;

/** A moment, as the store stamped it. */
interface Stamp {
  readonly name: string;
  readonly at: number | undefined;
}

export interface StampedSlot {
  readonly stored: LeaderScheduleDocument;
  /** Of the slot before; undefined where it is not there or its own stamps are wrong. */
  readonly before: LeaderScheduleDocument | undefined;
  /** Of two slots before, whose inputs are closed before this one is decided. */
  readonly closed: SlotTallyHead | undefined;
}

/** The store's stamps of a slot follow each other as what they stamp does. @returns the first that runs back */
export function judgeStamps({ stored, before, closed }: StampedSlot): AuditFinding | undefined {
  const { slot, decidedAt, result, block } = stored;
  const decided = { name: "decidedAt", at: decidedAt };
  const taken = { name: "result.takenAt", at: result?.takenAt };
  const orders: readonly (readonly [Stamp, Stamp])[] = [
    [{ name: `decidedAt of slot ${slot - 1}`, at: before?.decidedAt }, decided],
    [{ name: `result.takenAt of slot ${slot - 1}`, at: before?.result?.takenAt }, decided],
    [{ name: `closedAt of slot ${slot - 2}`, at: closed?.closedAt }, decided],
    [decided, taken],
    [taken, { name: "block.writtenAt", at: block?.writtenAt }],
  ];
  for (const [earlier, later] of orders) {
    if (earlier.at === undefined || later.at === undefined || later.at >= earlier.at - TOLERANCE_MS) continue;
    return {
      code: "STAMP_RUNS_BACK",
      place: { slot, field: later.name },
      expected: `not before ${shownTime(earlier.at)} (${earlier.name})`,
      found: shownTime(later.at),
    };
  }
  return undefined;
}
