/** Slots in which a used resource comes back: a day of blocks every three seconds. */
const WINDOW_SLOTS = 28_800;
/** Fractions of a unit that a node counts with. */
const PRECISION = 1_000_000;

export const SLOT_MS = 3_000;

/** The slot of a block's time. */
export const slotOf = (timestamp: number): number => Math.floor(timestamp / SLOT_MS);

/**
 * What is left of a use after some slots, plus what is used now: it decays in a straight line over a day.
 *
 * @param used as of slot `usedAt`
 */
export function decayed(used: number, usedAt: number, now: number, more = 0): number {
  const before = Math.ceil((used * PRECISION) / WINDOW_SLOTS);
  const added = Math.ceil((more * PRECISION) / WINDOW_SLOTS);
  const passed = now - usedAt;
  const share = passed >= WINDOW_SLOTS ? 0 : (WINDOW_SLOTS - passed) / WINDOW_SLOTS;
  const left = passed === 0 ? before : Math.round(before * share);
  return Math.floor(((left + added) * WINDOW_SLOTS) / PRECISION);
}
