import { COOLDOWN_SLOTS } from "../parameters.ts";
import type { SlotWinner } from "./leader-input.ts";
import type { Standings } from "./standings.ts";

/** Numbers of the entities that won one of the last slots. */
export type Cooling = ReadonlySet<number>;

/**
 * The winners who do not lead in a slot because they won one of the last 16 (slot - 16 to slot - 1), in the order of
 * their slots.
 */
export function coolingWinners(recentWinners: readonly SlotWinner[], slot: number): SlotWinner[] {
  return recentWinners
    .filter((winner) => winner.slot < slot && winner.slot >= slot - COOLDOWN_SLOTS)
    .sort((a, b) => a.slot - b.slot);
}

/** Their numbers. A winner without one has nothing in the window, and would not lead anyway. */
export function coolingNumbers(standings: Standings, winners: readonly SlotWinner[]): Cooling {
  const numbers = winners.map(({ entityId }) => standings.numberOf(entityId));
  return new Set(numbers.filter((number) => number !== undefined));
}
