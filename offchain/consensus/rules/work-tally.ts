import type { WorkTallyDocument } from "../../store/documents.ts";
import { contenderOf } from "./contender.ts";
import { compareByRank } from "./ranking.ts";
import type { EpochStandings } from "./standings.ts";

/** All that an epoch's tally follows from. */
export interface WorkTallyInput {
  readonly epoch: number;
  /** slotHash of the epoch's last slot, bytes32. */
  readonly seed: string;
  /** Of the window that ends with the epoch's last slot. */
  readonly standings: EpochStandings;
  /** VRF output of each entity that has one for the seed. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** What an entity earned in an epoch, and how it stood at its end; the store adds the id. */
export type WorkTallyRow = Omit<WorkTallyDocument, "_id">;

/**
 * An epoch's tally, best rank first: one row for each entity with credits or beacons in the window that ends with the
 * epoch. `credits` are those earned in the epoch's 720 slots; `liveScore` and `rank` are of the window.
 *
 * The rank is that of the slot whose window this is, two slots after the epoch's last one, but of all entities: who
 * may lead changes from slot to slot, what was earned does not.
 */
export function workTally({ epoch, seed, standings, outputs }: WorkTallyInput): WorkTallyRow[] {
  const contest = { seed, standings, outputs, lastWonOf: () => undefined };
  const entities = numbersInUse(standings).map((number) => ({
    contender: contenderOf(contest, number),
    credits: standings.epochCreditsOf(number),
  }));
  return entities
    .sort((a, b) => compareByRank(a.contender, b.contender).order)
    .map(({ contender: { entityId, beacons, slots }, credits }, place) => ({
      epoch,
      entityId,
      credits,
      liveScore: { beacons, slots },
      rank: place + 1,
    }));
}

function numbersInUse(standings: EpochStandings): number[] {
  const numbers: number[] = [];
  for (let number = 0; number < standings.end; number += 1) {
    if (standings.creditsOf(number) > 0 || standings.beaconsOf(number) > 0) numbers.push(number);
  }
  return numbers;
}
