import type { Contest } from "./contender.ts";
import type { Standings } from "./standings.ts";

/** Who took a slot. */
export interface SlotWinner {
  readonly slot: number;
  readonly entityId: string;
}

/** All that the leader of a slot follows from. */
export interface LeaderInput {
  readonly slot: number;
  /** slotHash(slot - 2), bytes32; undefined where it is not known at the slot's start. */
  readonly seed: string | undefined;
  /** Of the window of this slot, with admission as of this slot. */
  readonly standings: Standings;
  /** Winners of the 16 slots before, in any order; older ones are ignored. */
  readonly recentWinners: readonly SlotWinner[];
  /** The last slot that each entity won, for the emergency order; `recentWinners` may be missing from it. */
  readonly lastWon: ReadonlyMap<string, number>;
  /** VRF output of each entity that has one for the seed, lower-case hex of one length (entity-outputs.ts). */
  readonly outputs: ReadonlyMap<string, string>;
  /** Entities with a beacon in slot - 2. */
  readonly beacons: Iterable<string>;
}

/** The contest for a slot whose seed is known. */
export function contestOf(input: LeaderInput, seed: string): Contest {
  const { slot, standings, outputs } = input;
  const recent = new Map<string, number>();
  for (const winner of input.recentWinners) {
    if (winner.slot >= slot) continue;
    recent.set(winner.entityId, Math.max(winner.slot, recent.get(winner.entityId) ?? winner.slot));
  }
  const lastWonOf = (entityId: string) => {
    const [older, newer] = [input.lastWon.get(entityId), recent.get(entityId)];
    return older === undefined || newer === undefined ? (older ?? newer) : Math.max(older, newer);
  };
  return { seed, standings, outputs, lastWonOf };
}
