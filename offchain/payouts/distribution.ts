import { PayoutError } from "./errors.ts";

/** What an entity earned in a month. */
export interface Earned {
  readonly entityId: string;
  readonly credits: bigint;
}

/** What an entity gets of a budget, in micro-USDT. */
export interface Share extends Earned {
  readonly share: bigint;
}

/**
 * Divides a budget by credits, to the micro-USDT: each entity gets its exact share rounded down, and what is left goes,
 * one micro-USDT each, to the largest remainders; of equal ones to the lower entityId first. The shares sum to the
 * budget, each differs from the exact one by less than 1, and the order of the input changes nothing.
 *
 * @param budget micro-USDT
 * @param earned each entity once; ids in lower case
 * @returns in the order of entityId, those without credits included
 * @throws {PayoutError} MONTH_WITHOUT_CREDITS
 */
export function divideBudget(budget: bigint, earned: readonly Earned[]): Share[] {
  const total = earned.reduce((sum, { credits }) => sum + credits, 0n);
  if (total === 0n) throw new PayoutError({ code: "MONTH_WITHOUT_CREDITS", month: undefined });
  const ordered = earned.toSorted((a, b) => (a.entityId < b.entityId ? -1 : 1));
  const floors = ordered.map(({ credits }) => (budget * credits) / total);
  const left = Number(floors.reduce((rest, floor) => rest - floor, budget));
  const shares = ordered.map(({ entityId, credits }, place) => {
    const share = floors[place] as bigint;
    return { entityId, credits, share, remainder: budget * credits - share * total };
  });
  const raised = new Set(largestRemainders(shares, left));
  return shares.map(({ entityId, credits, share }, place) => ({
    entityId,
    credits,
    share: raised.has(place) ? share + 1n : share,
  }));
}

/** Places of the largest remainders; sorting is stable, so of equal ones the earlier. */
function largestRemainders(shares: readonly { readonly remainder: bigint }[], count: number): number[] {
  if (count === 0) return [];
  const places = shares.map((_, place) => place);
  const remainderAt = (place: number) => shares[place]?.remainder ?? 0n;
  return places
    .sort((a, b) => (remainderAt(a) > remainderAt(b) ? -1 : remainderAt(a) < remainderAt(b) ? 1 : a - b))
    .slice(0, count);
}

/** Why nothing is paid yet. */
export type CarryReason = "below-minimum" | "no-address";

/** What one entity gets in a month. Amounts are micro-USDT. */
export interface Settlement extends Share {
  /** What was carried over to this month. */
  readonly carry: bigint;
  /** Where it is paid; undefined where it is carried over. */
  readonly to: string | undefined;
  readonly carriedOver: CarryReason | undefined;
}

export interface SettlementTerms {
  /** Payments below it are carried over whole, in micro-USDT. */
  readonly minimum: bigint;
  /** What earlier months carried over, by entityId. */
  readonly carried: ReadonlyMap<string, bigint>;
  /** The usable TRON address of an entity. */
  readonly addressOf: (entityId: string) => string | undefined;
}

/**
 * Adds what was carried over to the shares of a month, and says who is paid and who is carried over.
 *
 * @param shares in the order of entityId
 * @returns in the order of entityId; an entity without credits only where something was carried over
 */
export function settleShares(
  shares: readonly Share[],
  { minimum, carried, addressOf }: SettlementTerms,
): Settlement[] {
  const known = new Set(shares.map(({ entityId }) => entityId));
  const idle = [...carried.keys()].filter((entityId) => !known.has(entityId));
  const all = [...shares, ...idle.map((entityId) => ({ entityId, credits: 0n, share: 0n }))];
  if (idle.length > 0) all.sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
  return all
    .map((share) => {
      const carry = carried.get(share.entityId) ?? 0n;
      const address = addressOf(share.entityId);
      const carriedOver =
        address === undefined
          ? ("no-address" as const)
          : share.share + carry < minimum
            ? ("below-minimum" as const)
            : undefined;
      return { ...share, carry, to: carriedOver === undefined ? address : undefined, carriedOver };
    })
    .filter(({ credits, carry }) => credits > 0n || carry > 0n);
}
