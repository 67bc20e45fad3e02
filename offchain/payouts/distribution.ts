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
  let left = budget;
  const remainders: bigint[] = [];
  const floors = ordered.map(({ credits }) => {
    const exact = budget * credits;
    const floor = exact / total;
    left -= floor;
    remainders.push(exact - floor * total);
    return floor;
  });
  for (const place of largest(remainders, Number(left))) floors[place] = (floors[place] as bigint) + 1n;
  return ordered.map(({ entityId, credits }, place) => ({
    entityId,
    credits,
    share: floors[place] as bigint,
  }));
}

/** Places of the `count` largest values; of equal ones the earlier first. */
function largest(values: readonly bigint[], count: number): number[] {
  if (count === 0) return [];
  const descending = (a: number, b: number) => {
    const [one, other] = [values[a] as bigint, values[b] as bigint];
    return one > other ? -1 : one < other ? 1 : a - b;
  };
  return values
    .map((_, place) => place)
    .sort(descending)
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
  const all = carried.size === 0 ? shares : withIdle(shares, carried);
  const settlements: Settlement[] = [];
  for (const { entityId, credits, share } of all) {
    const carry = carried.get(entityId) ?? 0n;
    if (credits === 0n && carry === 0n) continue;
    const address = addressOf(entityId);
    const carriedOver = carryReason(address, share + carry, minimum);
    const to = carriedOver === undefined ? address : undefined;
    settlements.push({ entityId, credits, share, carry, to, carriedOver });
  }
  return settlements;
}

/** Those too who earned nothing this month. */
function withIdle(shares: readonly Share[], carried: ReadonlyMap<string, bigint>): Share[] {
  const known = new Set(shares.map(({ entityId }) => entityId));
  const idle = [...carried.keys()].filter((entityId) => !known.has(entityId));
  const all = [...shares, ...idle.map((entityId) => ({ entityId, credits: 0n, share: 0n }))];
  return all.sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
}

function carryReason(address: string | undefined, amount: bigint, minimum: bigint): CarryReason | undefined {
  if (address === undefined) return "no-address";
  return amount < minimum ? "below-minimum" : undefined;
}
