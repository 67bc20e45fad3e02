import { FALLBACK_COUNT } from "../parameters.ts";
import { BestFew } from "./best-few.ts";
import { type Contender, type Contest, contenderOf } from "./contender.ts";
import { type Cooling, coolingNumbers, coolingWinners } from "./cooldown.ts";
import { type Standing, standingOf } from "./eligibility.ts";
import { contestOf, type LeaderInput, type SlotWinner } from "./leader-input.ts";
import {
  type Compare,
  compareByLastWon,
  compareByRank,
  compareBySeedHash,
  type PlacedBy,
} from "./ranking.ts";
import type { Standings } from "./standings.ts";

/** How many after the candidates a decision names, so that it shows how close they were. */
const NEXT_COUNT = 8;
const CANDIDATE_COUNT = 1 + FALLBACK_COUNT;

export type MissedReason =
  /** The seed was not known at the slot's start. */
  | "seed-unknown"
  | "nobody-admitted"
  /** No admitted entity has credits in the window, nor sent a beacon in the slot of the seed. */
  | "nobody-present";

export type DecisionReason =
  | { readonly kind: "primary" }
  | { readonly kind: "emergency"; readonly step: 1 | 2 | 3 }
  | { readonly kind: "missed"; readonly why: MissedReason };

/** A contender, and what put it behind the one before it ("first" where there is none). */
export interface Ranked extends Omit<Contender, "seedHash"> {
  readonly placedBy: "first" | PlacedBy;
}

export interface LeaderDecision {
  readonly slot: number;
  readonly seed: string | undefined;
  readonly reason: DecisionReason;
  /** The primary, then its fallbacks, four at most; nobody where the slot is missed. */
  readonly candidates: readonly Ranked[];
  /** Those who come next in the same order, eight at most. */
  readonly next: readonly Ranked[];
  readonly admittedCount: number;
  readonly eligibleCount: number;
  /** Winners of the last 16 slots, in the order of the slots. */
  readonly recentWinners: readonly SlotWinner[];
}

/**
 * Who leads a slot, and who takes over.
 *
 * The eligible (admitted, credits, liveScore at least D_MIN, no slot won in the last 16) by their rank. Where there
 * are none, an emergency: first those whom only the cooldown holds back, then those below D_MIN, both by the last
 * slot won; then every admitted entity that sent a beacon in the slot of the seed, by seedHash. Where there is still
 * nobody, or no seed, the slot is missed.
 *
 * A pass over the entities finds the first few without sorting them; only an emergency takes further passes.
 */
export function decideLeader(input: LeaderInput): LeaderDecision {
  const { slot, seed, standings } = input;
  const recentWinners = coolingWinners(input.recentWinners, slot);
  const cooling = coolingNumbers(standings, recentWinners);
  const { reason, ranked, eligibleCount } =
    seed === undefined
      ? { ...missed("seed-unknown"), eligibleCount: visit(standings, cooling, "eligible", ignore) }
      : choose(input, contestOf(input, seed), cooling);
  return {
    slot,
    seed,
    reason,
    candidates: ranked.slice(0, CANDIDATE_COUNT),
    next: ranked.slice(CANDIDATE_COUNT),
    admittedCount: standings.admittedCount,
    eligibleCount,
    recentWinners,
  };
}

interface Choice {
  readonly reason: DecisionReason;
  readonly ranked: readonly Ranked[];
}

function choose(
  input: LeaderInput,
  contest: Contest,
  cooling: Cooling,
): Choice & { readonly eligibleCount: number } {
  const { eligibleCount, best } = bestEligible(contest, cooling);
  const chosen = best.length > 0 ? primary(best) : chooseInEmergency(input, contest, cooling);
  return { ...chosen, eligibleCount };
}

/** Each step only if the one before is empty. */
function chooseInEmergency(input: LeaderInput, contest: Contest, cooling: Cooling): Choice {
  const onlyCooling = longestWithoutWin(contest, cooling, "cooldown");
  if (onlyCooling.length > 0) return emergency(1, onlyCooling, compareByLastWon);
  const belowMinimum = longestWithoutWin(contest, cooling, "below-d-min");
  if (belowMinimum.length > 0) return emergency(2, belowMinimum, compareByLastWon);
  const present = firstPresent(contest, input.beacons);
  if (present.length > 0) return emergency(3, present, compareBySeedHash);
  return missed(input.standings.admittedCount === 0 ? "nobody-admitted" : "nobody-present");
}

const primary = (best: readonly Contender[]): Choice => ({
  reason: { kind: "primary" },
  ranked: withPlaces(best, compareByRank),
});

const emergency = (step: 1 | 2 | 3, best: readonly Contender[], compare: Compare): Choice => ({
  reason: { kind: "emergency", step },
  ranked: withPlaces(best, compare),
});

const missed = (why: MissedReason): Choice => ({ reason: { kind: "missed", why }, ranked: [] });

function bestEligible(contest: Contest, cooling: Cooling) {
  const { standings } = contest;
  const best = bestFew(compareByRank);
  // Most entities have fewer credits than the last one that is kept, which settles their place.
  let least = 0;
  const eligibleCount = visit(standings, cooling, "eligible", (number) => {
    if (standings.creditsOf(number) < least) return;
    best.offer(contenderOf(contest, number));
    least = best.last?.credits ?? 0;
  });
  return { eligibleCount, best: best.items };
}

function longestWithoutWin(contest: Contest, cooling: Cooling, of: Standing): readonly Contender[] {
  const best = bestFew(compareByLastWon);
  visit(contest.standings, cooling, of, (number) => best.offer(contenderOf(contest, number)));
  return best.items;
}

function firstPresent(contest: Contest, beacons: Iterable<string>): readonly Contender[] {
  const { standings } = contest;
  const best = bestFew(compareBySeedHash);
  for (const entityId of new Set(beacons)) {
    const number = standings.numberOf(entityId);
    if (number !== undefined && standings.isAdmitted(number)) best.offer(contenderOf(contest, number));
  }
  return best.items;
}

const bestFew = (compare: Compare) =>
  new BestFew<Contender>(CANDIDATE_COUNT + NEXT_COUNT, (a, b) => compare(a, b).order);

/** Calls `visitor` with each entity of a standing, and counts them. */
function visit(
  standings: Standings,
  cooling: Cooling,
  of: Standing,
  visitor: (number: number) => void,
): number {
  let count = 0;
  for (let number = 0; number < standings.end; number += 1) {
    if (standingOf(standings, number, cooling) !== of) continue;
    count += 1;
    visitor(number);
  }
  return count;
}

const ignore = () => undefined;

function withPlaces(contenders: readonly Contender[], compare: Compare): Ranked[] {
  return contenders.map((contender, place) => {
    const before = contenders[place - 1];
    const { seedHash: _, ...entity } = contender;
    return { ...entity, placedBy: before === undefined ? "first" : compare(before, contender).by };
  });
}
