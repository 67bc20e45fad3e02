import type { Head } from "./endpoint-head.ts";

const MS_PER_SECOND = 1_000;
/** How far a block may be ahead of this machine's clock. */
const CLOCK_TOLERANCE_MS = 60_000;
/** No chain is faster: twice the ten blocks a second of the fastest rollups. */
const MAX_BLOCKS_PER_SECOND = 20;
/** A chain with regular blocks is not faster than this multiple of its pace, */
const MAX_PACES = 2;
/** plus this many blocks: for forks at the head, and earlier slots that were empty. */
const FORK_BLOCKS = 2;
/** A head that is older has fallen behind, and its pace says nothing about the blocks since. */
const FRESH_SECONDS = 60;
/** Timestamps are whole seconds. */
const TIMESTAMP_STEP_SECONDS = 1;

/**
 * Which of several endpoints to use: the one with the highest head, among those whose heads can be of one chain. A head
 * that is further ahead of another than any chain grows in the time between their blocks is disputed. The head that most
 * agree with is believed; with one against one, the lower: that may cause delay, but makes nothing final early.
 *
 * @param heads by endpoint; undefined for one that shows none
 * @param preferred stays, unless another one is higher
 * @param now Unix milliseconds
 * @returns The endpoint's index; undefined where none shows a head.
 */
export function chooseHead(
  heads: readonly (Head | undefined)[],
  preferred: number,
  now: number,
): number | undefined {
  const shown = heads.flatMap((head, index) => (head === undefined ? [] : [{ ...head, index }]));
  const ofNow = shown.filter((head) => isOfNow(head, now));
  // No head has a plausible time: this machine's clock is slow, or a local chain was moved in time. The clock is ignored.
  const [candidates, until] = ofNow.length > 0 ? [ofNow, now] : [shown, Number.POSITIVE_INFINITY];
  const [first, ...others] = withoutDisputes(candidates, until);
  if (first === undefined) return undefined;
  const furthest = others.reduce((a, b) => (b.number > a.number ? b : a), first);
  return heads[preferred]?.number === furthest.number ? preferred : furthest.index;
}

/** Whether a block's time is plausible: not far ahead of this machine's clock. */
export function isOfNow({ timestamp }: Head, now: number): boolean {
  return timestamp * MS_PER_SECOND <= now + CLOCK_TOLERANCE_MS;
}

/**
 * Whether two heads can be of one chain, by the number of blocks and the time between them: while the lower one is
 * recent, the chain's own pace is the limit; otherwise that of the fastest chain.
 *
 * @param now Unix milliseconds: what a block claims beyond it is not counted
 */
export function canBeOfOneChain(a: Head, b: Head, now: number): boolean {
  const [lower, higher] = a.number < b.number ? [a, b] : [b, a];
  const nowSeconds = now / MS_PER_SECOND;
  const passed = Math.max(0, Math.min(higher.timestamp, nowSeconds) - lower.timestamp);
  const seconds = passed + TIMESTAMP_STEP_SECONDS;
  const isFresh = nowSeconds - lower.timestamp <= FRESH_SECONDS;
  const most =
    lower.pace !== undefined && isFresh
      ? MAX_PACES * lower.pace * seconds + FORK_BLOCKS
      : MAX_BLOCKS_PER_SECOND * seconds;
  return Number(higher.number - lower.number) <= most;
}

/** Removes, one by one, the head that the fewest agree with; among equals the highest. */
function withoutDisputes<Candidate extends Head>(
  candidates: readonly Candidate[],
  now: number,
): readonly Candidate[] {
  const agreements = (one: Candidate) =>
    candidates.filter((other) => canBeOfOneChain(one, other, now)).length;
  const disputed = candidates.filter((one) => agreements(one) < candidates.length);
  const [first, ...others] = disputed;
  if (first === undefined) return candidates;
  const leastBelieved = others.reduce((a, b) => {
    const more = agreements(a) - agreements(b);
    return more > 0 || (more === 0 && b.number > a.number) ? b : a;
  }, first);
  return withoutDisputes(
    candidates.filter((one) => one !== leastBelieved),
    now,
  );
}
