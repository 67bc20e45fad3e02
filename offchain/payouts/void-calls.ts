import type { Payouts } from "../store/repositories/payouts.ts";
import { PayoutError } from "./errors.ts";
import { HELD_FOR_KYC } from "./held-shares.ts";
import type { PayoutChain } from "./service/payout-chain.ts";
import { LEDGER_ABI } from "./service/router-calls.ts";
import type { PurposefulCall } from "./service/tron-sender.ts";
import type { Signers } from "./signers.ts";
import type { StoredStatement } from "./statement-folder.ts";
import { requireSignatures } from "./statement-signatures.ts";

/** A payout that is not voided, although both signed that it is, and why. */
export interface UnvoidedPayout {
  readonly payoutId: string;
  readonly reason: string;
}

/**
 * The calls that void what planner and approver both signed with a month's statement. What the ledger knows as voided
 * is only counted; what was paid since, or is no longer held for want of KYC, is left out: it is the payee's again.
 *
 * @throws {PayoutError} STATEMENT_UNAPPROVED, STATEMENT_SIGNATURE_INVALID
 */
export async function voidCalls(
  stored: StoredStatement,
  signers: Signers,
  { chain, payouts }: { readonly chain: PayoutChain; readonly payouts: Payouts },
): Promise<{
  readonly calls: PurposefulCall[];
  readonly voided: number;
  readonly leftOut: readonly UnvoidedPayout[];
}> {
  const { planner, approver } = stored.signatures;
  const month = stored.statement.month.name;
  if (planner === undefined || approver === undefined) {
    throw new PayoutError({ code: "STATEMENT_UNAPPROVED", month, reason: "a signature is missing" });
  }
  requireSignatures("planner", stored, planner, signers.planner);
  requireSignatures("approver", stored, approver, signers.approver);
  const calls: PurposefulCall[] = [];
  const leftOut: UnvoidedPayout[] = [];
  let voided = 0;
  for (const { ledger, payoutId, signature } of approver.voids) {
    const byPlanner = planner.voids.find((one) => one.payoutId === payoutId && one.ledger === ledger);
    if (byPlanner === undefined) continue;
    if (await chain.isVoid(ledger, payoutId)) {
      voided += 1;
      continue;
    }
    const reason = (await chain.isPaid(ledger, payoutId)) ? "it is paid" : await notHeld(payoutId, payouts);
    if (reason !== undefined) {
      leftOut.push({ payoutId, reason });
      continue;
    }
    calls.push({
      ...{ contract: ledger, name: "voidPayout", purpose: `Voiding ${payoutId}` },
      data: LEDGER_ABI.encodeFunctionData("voidPayout", [payoutId, byPlanner.signature, signature]),
    });
  }
  return { calls, voided, leftOut };
}

/** Why a payout is not held for want of KYC; undefined where it is. */
async function notHeld(payoutId: string, payouts: Payouts): Promise<string | undefined> {
  const document = await payouts.get(payoutId);
  if (document === undefined) return "it is not in the store";
  const { status, error } = document;
  if (status !== "held") return `its status is ${status}`;
  return error === HELD_FOR_KYC ? undefined : `it is held for ${error ?? "an unknown reason"}`;
}
