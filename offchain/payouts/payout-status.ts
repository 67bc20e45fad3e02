import type { PayoutStatus } from "../store/documents.ts";
import type { Payouts } from "../store/repositories/payouts.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import { HELD_FOR_KYC } from "./held-shares.ts";

/** A payout that is not confirmed. */
export interface OpenPayout {
  readonly payoutId: string;
  readonly month?: string;
  readonly status: PayoutStatus;
  readonly to: string;
  /** micro-USDT */
  readonly amount: bigint;
  readonly error?: string;
  readonly txid?: string;
  /** The last second at which compliance's approval counts, in Unix time. */
  readonly kycExpiry?: number;
}

export interface PayoutOverview {
  /** Of each status that occurs. */
  readonly statuses: Readonly<Record<string, { readonly count: number; readonly amount: bigint }>>;
  readonly open: readonly OpenPayout[];
}

/** What the store says of all payouts, or of those of a month. */
export async function payoutStatus(month: string | undefined, payouts: Payouts): Promise<PayoutOverview> {
  const statuses: Record<string, { count: number; amount: bigint }> = {};
  const open: OpenPayout[] = [];
  const documents = eachDocument((page) =>
    month === undefined ? payouts.allById(page) : payouts.byMonth(month, page),
  );
  for await (const { _id: payoutId, status, usdt_amount: amount, to_addr: to, ...document } of documents) {
    statuses[status] ??= { count: 0, amount: 0n };
    statuses[status].count += 1;
    statuses[status].amount += amount;
    if (status === "confirmed") continue;
    const { month: of, error, txid, kyc_expiry: kycExpiry } = document;
    open.push({
      payoutId,
      ...(of && { month: of }),
      status,
      to,
      amount,
      ...(error && { error }),
      ...(txid && { txid }),
      ...(kycExpiry && { kycExpiry }),
    });
  }
  return { statuses, open };
}

/**
 * Why a payout is not confirmed, for people. One that is held for want of KYC may have an approval all the same, which has
 * expired, is not valid, or is of a payee who was revoked; or which was entered after the last run. Only a run asks the
 * chain, so that it counts cannot be said here.
 */
export function whyOpen({ error = "", kycExpiry }: Pick<OpenPayout, "error" | "kycExpiry">): string {
  if (error !== HELD_FOR_KYC) return error;
  if (kycExpiry === undefined) return "kyc, not approved";
  const expires = new Date(kycExpiry * 1_000).toISOString().slice(0, "2026-11-30T22:13".length);
  return `kyc, approval until ${expires}Z not in force when last checked`;
}
