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
  raiseLargest(floors, remainders, Number(left));
  return ordered.map(({ entityId, credits }, place) => ({
    entityId,
    credits,
    share: floors[place] as bigint,
  }));
}

const MAX_UINT64 = 2n ** 64n - 1n;

/** Adds 1 to the shares with the `count` largest remainders; of equal remainders to the earlier ones. */
function raiseLargest(shares: bigint[], remainders: readonly bigint[], count: number): void {
  if (count === 0) return;
  const smallest = ascending(remainders)[remainders.length - count] as bigint;
  let equal = count - remainders.filter((remainder) => remainder > smallest).length;
  for (const [place, remainder] of remainders.entries()) {
    if (remainder < smallest) continue;
    if (remainder > smallest || equal > 0) shares[place] = (shares[place] as bigint) + 1n;
    if (remainder === smallest) equal -= 1;
  }
}

/** A typed array sorts a million numbers in a tenth of the time. */
function ascending(values: readonly bigint[]): BigUint64Array | bigint[] {
  if (values.every((value) => value <= MAX_UINT64)) return BigUint64Array.from(values).sort();
  return values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Why nothing is paid yet. */
export type CarryReason = "below-minimum" | "no-address";

/** What one entity gets in a month. Amounts are micro-USDT. */
export type Settlement<Address> = Share & {
  /** What was carried over to this month. */
  readonly carry: bigint;
} & (
    | { readonly to: Address; readonly carriedOver?: never }
    | { readonly to?: never; readonly carriedOver: CarryReason }
  );

export interface SettlementTerms<Address> {
  /** Payments below it are carried over whole, in micro-USDT. */
  readonly minimum: bigint;
  /** What earlier months carried over, by entityId. */
  readonly carried: ReadonlyMap<string, bigint>;
  /** The usable address of an entity. */
  readonly addressOf: (entityId: string) => Address | undefined;
}

/**
 * Adds what was carried over to the shares of a month, and says who is paid and who is carried over.
 *
 * @param shares in the order of entityId
 * @yields in the order of entityId; an entity without credits only where something was carried over
 */
export function* settleShares<Address>(
  shares: readonly Share[],
  { minimum, carried, addressOf }: SettlementTerms<Address>,
): Generator<Settlement<Address>> {
  for (const { entityId, credits, share } of carried.size === 0 ? shares : withIdle(shares, carried)) {
    const carry = carried.get(entityId) ?? 0n;
    if (credits === 0n && carry === 0n) continue;
    const to = addressOf(entityId);
    if (to === undefined) yield { entityId, credits, share, carry, carriedOver: "no-address" };
    else if (share + carry < minimum) yield { entityId, credits, share, carry, carriedOver: "below-minimum" };
    else yield { entityId, credits, share, carry, to };
  }
}

/** Those too who earned nothing this month. */
function withIdle(shares: readonly Share[], carried: ReadonlyMap<string, bigint>): Share[] {
  const known = new Set(shares.map(({ entityId }) => entityId));
  const idle = [...carried.keys()].filter((entityId) => !known.has(entityId));
  const all = [...shares, ...idle.map((entityId) => ({ entityId, credits: 0n, share: 0n }))];
  return all.sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
}
