import type { PayoutDocument } from "../store/documents.ts";
import type { Payouts } from "../store/repositories/payouts.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import { PayoutError } from "./errors.ts";
import { type Month, monthBefore } from "./month.ts";
import type { ReturnedShare } from "./statement.ts";

/** `error` of a payout that is held because its payee has no valid KYC. */
export const HELD_FOR_KYC = "kyc";
/** `error` of a refused payout whose payoutId the ledger has voided: it can never be paid. */
export const VOIDED = "voided";
/** Months after which a share that is held for want of KYC returns to the budget. */
const HELD_MONTHS = 3;

/**
 * Payouts that have been held for want of KYC for three months when a month is planned, and are to be voided: a payout
 * of November is due when February is planned.
 *
 * @returns their ids, in order
 */
export async function dueToVoid({ name }: Month, payouts: Payouts): Promise<string[]> {
  const due: string[] = [];
  for await (const payout of eachDocument((page) => payouts.byStatus("held", page))) {
    if (isDue(payout, name)) due.push(payout._id);
  }
  return due.sort();
}

/**
 * The shares that return to the budget of a month: held for three months, voided since, and in no earlier statement.
 *
 * @param returnedBefore payoutIds that returned in an earlier month
 */
export async function returnableShares(
  { name }: Month,
  payouts: Payouts,
  returnedBefore: () => Promise<ReadonlySet<string>>,
): Promise<ReturnedShare[]> {
  const voided: ReturnedShare[] = [];
  for await (const payout of eachDocument((page) => payouts.byStatus("refused", page))) {
    if (isVoided(payout, name)) voided.push(shareOf(payout));
  }
  if (voided.length === 0) return [];
  const before = await returnedBefore();
  return voided.filter(({ payoutId }) => !before.has(payoutId));
}

/**
 * Checks that shares return which another planned.
 *
 * @throws {PayoutError} SHARE_NOT_RETURNABLE
 */
export async function requireReturnable(
  { name }: Month,
  returned: readonly ReturnedShare[],
  payouts: Payouts,
  returnedBefore: () => Promise<ReadonlySet<string>>,
): Promise<void> {
  const before = returned.length === 0 ? new Set<string>() : await returnedBefore();
  for (const share of returned) {
    const { payoutId } = share;
    const payout = await payouts.get(payoutId);
    const reason = before.has(payoutId)
      ? "it returned in an earlier month"
      : payout === undefined || !isVoided(payout, name)
        ? `it is not voided, or not of ${monthBefore(name, HELD_MONTHS)} or earlier`
        : isSame(shareOf(payout), share)
          ? undefined
          : "the statement has another amount, month or entity for it";
    if (reason !== undefined) throw new PayoutError({ code: "SHARE_NOT_RETURNABLE", payoutId, reason });
  }
}

const isOldEnough = ({ month }: PayoutDocument, planned: string) =>
  month !== undefined && month <= monthBefore(planned, HELD_MONTHS);

const isDue = (payout: PayoutDocument, planned: string) =>
  payout.status === "held" && payout.error === HELD_FOR_KYC && isOldEnough(payout, planned);

const isVoided = (payout: PayoutDocument, planned: string) =>
  payout.status === "refused" && payout.error === VOIDED && isOldEnough(payout, planned);

const shareOf = ({ _id, month = "", entity_id: entityId = "", usdt_amount: amount }: PayoutDocument) => ({
  payoutId: _id,
  month,
  entityId,
  amount,
});

const isSame = (a: ReturnedShare, b: ReturnedShare) =>
  a.month === b.month && a.entityId === b.entityId && a.amount === b.amount;
