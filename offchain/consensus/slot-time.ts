import {
  CLOSING_MARGIN_MS,
  GENESIS_TIME_SEC,
  SLOT_DURATION_SEC,
  SLOTS_PER_EPOCH,
  WINDOW_LAG_SLOTS,
  WINDOW_SLOTS,
} from "./parameters.ts";

/** Slots from `first` to `last`, both included; empty where `last` is before `first`. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
}

const MS = 1_000;

/**
 * The slot of a time.
 *
 * @param timeMs Unix milliseconds.
 * @returns a negative number before PoOT's genesis.
 */
export function slotAt(timeMs: number): number {
  return Math.floor((timeMs - GENESIS_TIME_SEC * MS) / (SLOT_DURATION_SEC * MS));
}

/** When a slot begins, in Unix milliseconds; it ends when the next one begins. */
export function slotStart(slot: number): number {
  return (GENESIS_TIME_SEC + slot * SLOT_DURATION_SEC) * MS;
}

/** The epoch of a slot, counted from PoOT's genesis. */
export function epochOf(slot: number): number {
  return Math.floor(slot / SLOTS_PER_EPOCH);
}

/** All slots of an epoch. */
export function slotsOfEpoch(epoch: number): SlotRange {
  const first = epoch * SLOTS_PER_EPOCH;
  return { first, last: first + SLOTS_PER_EPOCH - 1 };
}

/**
 * The slots whose credits rank the entities in a slot.
 *
 * @param firstSlot the chain's first slot: that of the block which deployed LucidAnchors.
 */
export function windowOf(slot: number, firstSlot: number): SlotRange {
  const last = slot - WINDOW_LAG_SLOTS;
  return { first: Math.max(firstSlot, last - WINDOW_SLOTS + 1), last };
}

/** The last moment at which a proof for a slot may be stamped to count, in Unix milliseconds of the store's clock. */
export function closingTime(slot: number): number {
  return slotStart(slot + 2) - CLOSING_MARGIN_MS;
}
