import type { SlotTallyHead } from "../../store/documents.ts";
import { proofsRoot } from "./record-roots.ts";
import type { CountingClaim } from "./slot-inputs.ts";

/** The ways in which a record may keep claims of one group, by its tallies. */
export interface Choices {
  /** Whether `each` gives all there are. */
  readonly isComplete: boolean;
  each(): Iterable<readonly CountingClaim[]>;
}

/** Hashes that the search may cost: a second or two, because a slot's first candidate has five. */
const MAX_HASHES = 2 ** 19;
/** Roots that are tried also of a slot with very many proofs. */
const FEWEST_ATTEMPTS = 16;
/** Groups with more than one choice that are searched through: each is a call within the one before. */
const MAX_OPEN_GROUPS = 256;
/** Choices of a group that are tried. */
const MAX_CHOICES = 2 ** 14;

/**
 * Finds the claims that a record keeps: a choice of each group, so many together as the head counts, whose ids have the
 * head's root.
 *
 * @returns "none" where no choice has that root, "unknown" where not all of them could be tried
 */
export function findKept(
  groups: readonly Choices[],
  { proofCount, proofsRoot: root }: Pick<SlotTallyHead, "proofCount" | "proofsRoot">,
): readonly CountingClaim[] | "none" | "unknown" {
  const { kept, open, isComplete: hasAllChoices } = split(groups);
  let attempts = Math.max(FEWEST_ATTEMPTS, Math.floor(MAX_HASHES / Math.max(1, proofCount)));
  let steps = MAX_HASHES;
  let isComplete = hasAllChoices && open.length <= MAX_OPEN_GROUPS;

  const hasRoot = (): boolean => {
    for (const ids of idsOf(kept)) {
      if (attempts === 0) {
        isComplete = false;
        return false;
      }
      attempts -= 1;
      if (proofsRoot(ids) === root) return true;
    }
    return false;
  };
  const search = (at: number): boolean => {
    const group = open[at];
    if (group === undefined) return kept.length === proofCount && hasRoot();
    for (const choice of group) {
      if (steps === 0 || attempts === 0) {
        isComplete = false;
        return false;
      }
      steps -= 1;
      const before = kept.length;
      for (const claim of choice) kept.push(claim);
      if (kept.length <= proofCount && search(at + 1)) return true;
      kept.length = before;
    }
    return false;
  };
  if (open.length <= MAX_OPEN_GROUPS && search(0)) return kept;
  return isComplete ? "none" : "unknown";
}

interface Split {
  /** What is kept in any case. */
  readonly kept: CountingClaim[];
  /** Choices of the groups that leave one; a group without any leaves the search empty. */
  readonly open: (readonly (readonly CountingClaim[])[])[];
  readonly isComplete: boolean;
}

function split(groups: readonly Choices[]): Split {
  const kept: CountingClaim[] = [];
  const open: (readonly CountingClaim[])[][] = [];
  let isComplete = true;
  for (const group of groups) {
    const choices: (readonly CountingClaim[])[] = [];
    isComplete &&= group.isComplete;
    for (const choice of group.each()) {
      if (choices.length === MAX_CHOICES) {
        isComplete = false;
        break;
      }
      choices.push(choice);
    }
    const [first, ...others] = choices;
    if (first === undefined || others.length > 0) open.push(choices);
    else for (const claim of first) kept.push(claim);
  }
  return { kept, open, isComplete };
}

/** The ids under which claims may be in a record: that of any of a claim's valid proofs. */
function* idsOf(claims: readonly CountingClaim[]): Generator<readonly string[]> {
  const ids = claims.map(({ id }) => id);
  yield ids;
  const repeated = [...claims.entries()].filter(([, claim]) => claim.repeated.length > 0);
  const choices = repeated.map(([place, { id, repeated: others }]) => ({ place, ids: [id, ...others] }));
  const total = choices.reduce((product, choice) => product * choice.ids.length, 1);
  for (let number = 1; number < total; number += 1) {
    let rest = number;
    for (const choice of choices) {
      ids[choice.place] = choice.ids[rest % choice.ids.length] as string;
      rest = Math.floor(rest / choice.ids.length);
    }
    yield ids;
  }
}
