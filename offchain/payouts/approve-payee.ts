import type { Wallet } from "ethers";
import type { Payouts } from "../store/repositories/payouts.ts";
import { HELD_FOR_KYC } from "./held-shares.ts";
import { PayoutServiceError } from "./service/errors.ts";
import { complianceMessage } from "./service/hold.ts";
import { type RowTerms, verifyRow } from "./service/verify-row.ts";
import { signPayoutMessage } from "./typed-data.ts";

export interface PayeeApproval {
  readonly payoutId: string;
  /** Salted commitment to the file of the check, bytes32. */
  readonly kycHash: string;
  /** The last second at which it counts, in Unix time. */
  readonly expiry: number;
}

/**
 * Signs compliance's approval of one payment, to its payee and of its amount, and enters it: a held payout is pending
 * again. An approval that is there is replaced.
 *
 * @returns who may be paid what
 * @throws {PayoutServiceError} PAYOUT_NOT_FOUND, PAYOUT_NOT_APPROVABLE
 */
export async function approvePayee(
  { payoutId, kycHash, expiry }: PayeeApproval,
  wallet: Wallet,
  terms: RowTerms,
  payouts: Payouts,
): Promise<{ readonly to: string; readonly amount: bigint }> {
  const document = await payouts.get(payoutId);
  if (document === undefined) throw new PayoutServiceError({ code: "PAYOUT_NOT_FOUND", payoutId });
  const notApprovable = (reason: string) =>
    new PayoutServiceError({ code: "PAYOUT_NOT_APPROVABLE", payoutId, reason });
  const row = verifyRow(document, terms);
  if ("refused" in row) throw notApprovable(row.refused);
  if (row.router.kind !== "kyc") throw notApprovable("its router asks for no approval");
  const { status } = document;
  if (status !== "pending" && status !== "held") throw notApprovable(`its status is ${status}`);
  const message = complianceMessage(row, terms.chainId, { kycHash, expiry });
  const approval = {
    kyc_hash: kycHash,
    kyc_expiry: expiry,
    compliance_sig: await signPayoutMessage(wallet, message),
  };
  // A pending one is held for a moment: only with a change of its status is a payout changed at all.
  const isHeld =
    status === "held" || (await payouts.move(payoutId, "pending", "held", { error: HELD_FOR_KYC })).swapped;
  const isEntered = isHeld && (await payouts.move(payoutId, "held", "pending", approval, ["error"])).swapped;
  if (!isEntered) throw notApprovable("somebody else changed it meanwhile; look at its status and try again");
  return { to: row.to, amount: row.amount };
}
