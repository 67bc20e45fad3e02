import type { SlotRange } from "../consensus/slot-time.ts";
import type { SlotBounds } from "./audit-slots.ts";

/** The slots to audit: those that are asked for, as far as the chain and the store have them. */
export function slotRange(
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  firstSlot: number,
  { newestDecided }: SlotBounds,
): SlotRange {
  return {
    first: Math.max(from ?? firstSlot, firstSlot),
    last: Math.min(to ?? newestDecided, newestDecided),
  };
}
