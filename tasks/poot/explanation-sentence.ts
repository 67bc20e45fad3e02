import type { RankExplanation } from "../../offchain/consensus/rules/explain-rank.ts";

const EXCLUSIONS = {
  "not-admitted": "it is not admitted (role grant REGISTRAR)",
  "no-credits": "it has no credits in the window",
  "below-d-min": "it sent a beacon in less than a fifth of the window's slots",
  cooldown: "it won one of the last 16 slots",
} as const;

/**
 * Why an entity leads a slot or does not, in a sentence for people.
 *
 * @param name of the entity
 */
export function explanationSentence(
  { candidate, exclusions, rank, eligibleCount, inWindow, reason }: RankExplanation,
  name: string,
): string {
  const has = inWindow
    ? ` It has ${inWindow.credits} credits, and beacons in ${inWindow.beacons} of ${inWindow.slots} slots.`
    : "";
  if (candidate === 0) return `${name} is the primary (${reason.kind}).${has}`;
  if (candidate !== undefined) return `${name} is fallback ${candidate} (${reason.kind}).${has}`;
  if (exclusions.length > 0) {
    return `${name} is not a candidate: ${exclusions.map((one) => EXCLUSIONS[one]).join("; ")}.${has}`;
  }
  return `${name} is not a candidate: it ranks ${rank ?? "nowhere"} of ${eligibleCount}, and four are.${has}`;
}
