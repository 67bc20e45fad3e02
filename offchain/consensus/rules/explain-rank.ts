import { COOLDOWN_SLOTS } from "../parameters.ts";
import { contenderOf } from "./contender.ts";
import { type Cooling, coolingNumbers, coolingWinners } from "./cooldown.ts";
import { type DecisionReason, decideLeader } from "./decide-leader.ts";
import { type Exclusion, exclusionsOf, standingOf } from "./eligibility.ts";
import { contestOf, type LeaderInput } from "./leader-input.ts";
import { compareByRank } from "./ranking.ts";

/** Why an entity leads a slot or does not. */
export interface RankExplanation {
  readonly entityId: string;
  readonly slot: number;
  /** How the slot was decided. In an emergency, and where it is missed, the rank decides nothing. */
  readonly reason: DecisionReason;
  /** Its place among the candidates: 0 is the primary. Undefined where it is none of them. */
  readonly candidate: number | undefined;
  /** Why it was not eligible, all that applies. Where nothing does and it is no candidate, others rank higher. */
  readonly exclusions: readonly Exclusion[];
  /** Its rank among the eligible, from 1; undefined where it is not one of them, or there is no seed. */
  readonly rank: number | undefined;
  readonly eligibleCount: number;
  /** Undefined where it has neither credits nor beacons in the window, and is not admitted. */
  readonly inWindow:
    | { readonly credits: number; readonly beacons: number; readonly slots: number }
    | undefined;
  /** The VRF output with which it draws among equals. */
  readonly output: string | undefined;
  /** The last of the 16 slots before that it won, and the first slot in which it may lead again. */
  readonly cooldown: { readonly won: number; readonly until: number } | undefined;
}

/** The answer to "why not me", from the same inputs as the decision. */
export function explainRank(input: LeaderInput, entityId: string): RankExplanation {
  const { slot, standings } = input;
  const winners = coolingWinners(input.recentWinners, slot);
  const cooling = coolingNumbers(standings, winners);
  const { reason, candidates, eligibleCount } = decideLeader(input);
  const number = standings.numberOf(entityId);
  const candidate = candidates.findIndex((one) => one.entityId === entityId);
  const won = winners.findLast((winner) => winner.entityId === entityId)?.slot;
  return {
    entityId,
    slot,
    reason,
    candidate: candidate === -1 ? undefined : candidate,
    exclusions: number === undefined ? exclusionsOfUnknown(won) : exclusionsOf(standings, number, cooling),
    rank: number === undefined ? undefined : rankOf(input, number, cooling),
    eligibleCount,
    inWindow:
      number === undefined
        ? undefined
        : {
            credits: standings.creditsOf(number),
            beacons: standings.beaconsOf(number),
            slots: standings.slotsOf(number),
          },
    output: input.outputs.get(entityId),
    cooldown: won === undefined ? undefined : { won, until: won + COOLDOWN_SLOTS + 1 },
  };
}

function exclusionsOfUnknown(won: number | undefined): Exclusion[] {
  return ["not-admitted", "no-credits", "below-d-min", ...(won === undefined ? [] : (["cooldown"] as const))];
}

function rankOf(input: LeaderInput, number: number, cooling: Cooling): number | undefined {
  const { standings, seed } = input;
  if (seed === undefined || standingOf(standings, number, cooling) !== "eligible") return undefined;
  const credits = standings.creditsOf(number);
  const contest = contestOf(input, seed);
  const asked = contenderOf(contest, number);
  let rank = 1;
  for (let other = 0; other < standings.end; other += 1) {
    if (other === number || standings.creditsOf(other) < credits) continue;
    if (standingOf(standings, other, cooling) !== "eligible") continue;
    if (compareByRank(contenderOf(contest, other), asked).order < 0) rank += 1;
  }
  return rank;
}
