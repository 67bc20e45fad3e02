import type { Payouts } from "../store/repositories/payouts.ts";
import { PayoutError } from "./errors.ts";
import { monthBefore } from "./month.ts";
import type { StatementFolder, StoredStatement } from "./statement-folder.ts";
import { requireSignatures } from "./statement-signatures.ts";

export interface EarlierModules {
  readonly folder: StatementFolder;
  readonly payouts: Payouts;
}

/** PoOT's first month; nothing was paid before it. */
const FIRST_MONTH = "2024-01";

/**
 * The statement before a month's, which says what is carried over. It must be approved: an unapproved one may still be
 * replaced.
 *
 * @param month e.g. 2026-11
 * @returns undefined where this is the first one
 * @throws {PayoutError} STATEMENT_MISSING where payouts of a month are in the store and its statement is not here;
 * STATEMENT_UNAPPROVED, STATEMENT_MALFORMED
 */
export async function previousStatement(
  month: string,
  { folder, payouts }: EarlierModules,
): Promise<StoredStatement | undefined> {
  const latest = (await folder.months()).findLast((name) => name < month);
  const until = latest ?? monthBefore(FIRST_MONTH, 1);
  for (let name = monthBefore(month, 1); name > until; name = monthBefore(name, 1)) {
    const { documents } = await payouts.byMonth(name, { limit: 1 });
    if (documents.length > 0) {
      throw new PayoutError({ code: "STATEMENT_MISSING", month: name, file: folder.fileOf(name) });
    }
  }
  if (latest === undefined) return undefined;
  const previous = await folder.require(latest);
  requireApproved(previous);
  return previous;
}

/**
 * Whether both have signed. Who they were then is in the signatures: keys change over the years, and the routers check
 * them for every statement that is opened.
 *
 * @throws {PayoutError} STATEMENT_UNAPPROVED
 */
export function requireApproved(stored: StoredStatement): void {
  const { planner, approver } = stored.signatures;
  const month = stored.statement.month.name;
  if (planner === undefined || approver === undefined || planner.address === approver.address) {
    const reason = planner === undefined ? "the planner's signature is missing" : "the approver's is missing";
    throw new PayoutError({ code: "STATEMENT_UNAPPROVED", month, reason });
  }
  requireSignatures("planner", stored, planner, planner.address);
  requireSignatures("approver", stored, approver, approver.address);
}

/** What a statement carries over, by entityId; nothing before the first statement. */
export function carriedOverBy(previous: StoredStatement | undefined): Map<string, bigint> {
  const carried = previous?.statement.carried ?? [];
  return new Map(
    carried.filter(({ amount }) => amount > 0n).map(({ entityId, amount }) => [entityId, amount]),
  );
}

/**
 * The payoutIds of all shares that returned to a budget, from a statement back to the first one. Each statement names
 * the one before it by its hash, so none can be left out or replaced.
 *
 * @throws {PayoutError} STATEMENT_MISSING, STATEMENT_REPLACED, STATEMENT_MALFORMED
 */
export async function returnedUntil(
  latest: StoredStatement | undefined,
  folder: StatementFolder,
): Promise<Set<string>> {
  const returned = new Set<string>();
  for (let stored = latest; stored !== undefined; ) {
    for (const { payoutId } of stored.statement.returned) returned.add(payoutId);
    const { previous, month } = stored.statement;
    stored = previous === undefined ? undefined : await namedStatement(previous, month.name, folder);
  }
  return returned;
}

async function namedStatement(
  { month, hash: expected }: { readonly month: string; readonly hash: string },
  namedBy: string,
  folder: StatementFolder,
): Promise<StoredStatement> {
  const stored = await folder.require(month);
  if (stored.hash === expected) return stored;
  throw new PayoutError({ code: "STATEMENT_REPLACED", month, namedBy, expected, found: stored.hash });
}
