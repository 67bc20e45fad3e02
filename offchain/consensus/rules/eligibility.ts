import type { Cooling } from "./cooldown.ts";
import { isLive } from "./live-score.ts";
import type { Standings } from "./standings.ts";

/** Why an entity may not lead a slot unless there is an emergency. */
export type Exclusion = "not-admitted" | "no-credits" | "below-d-min" | "cooldown";

/** What keeps an entity from leading, all that applies; nothing where it is eligible. */
export function exclusionsOf(standings: Standings, number: number, cooling: Cooling): Exclusion[] {
  const exclusions: Exclusion[] = [];
  if (!standings.isAdmitted(number)) exclusions.push("not-admitted");
  if (standings.creditsOf(number) === 0) exclusions.push("no-credits");
  if (!isLiveIn(standings, number)) exclusions.push("below-d-min");
  if (cooling.has(number)) exclusions.push("cooldown");
  return exclusions;
}

/**
 * In which order of candidates an entity is: that of the eligible, of the first emergency step (held back by the
 * cooldown alone), of the second (below D_MIN), or of none of them (not admitted, or without credits).
 *
 * A step applies only if the one before is empty: then everybody whom the second step would take is below D_MIN, so
 * the three never share an entity.
 */
export type Standing = "eligible" | "cooldown" | "below-d-min" | undefined;

export function standingOf(standings: Standings, number: number, cooling: Cooling): Standing {
  if (standings.creditsOf(number) === 0 || !standings.isAdmitted(number)) return undefined;
  if (!isLiveIn(standings, number)) return "below-d-min";
  return cooling.has(number) ? "cooldown" : "eligible";
}

function isLiveIn(standings: Standings, number: number): boolean {
  return isLive({ beacons: standings.beaconsOf(number), slots: standings.slotsOf(number) });
}
