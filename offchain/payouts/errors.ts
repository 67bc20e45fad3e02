import { type ErrorDetails, LucidError } from "../errors.ts";
import { formatUsdt } from "./usdt.ts";

/** Who signs a statement. */
export type SignerRole = "planner" | "approver";

interface MonthNotOver extends ErrorDetails {
  readonly code: "MONTH_NOT_OVER";
  readonly month: string;
  /** Unix milliseconds of its end, and of the store's clock. */
  readonly endsAt: number;
  readonly now: number;
}
interface MonthWithoutCredits extends ErrorDetails {
  readonly code: "MONTH_WITHOUT_CREDITS";
  readonly month: string | undefined;
}
interface MonthBeforeChain extends ErrorDetails {
  readonly code: "MONTH_BEFORE_CHAIN";
  readonly month: string;
}
interface EpochUnattested extends ErrorDetails {
  readonly code: "EPOCH_UNATTESTED";
  readonly epoch: number;
  readonly root: string;
  readonly attestations: number;
  readonly quorum: number;
}
interface EpochOutvoted extends ErrorDetails {
  readonly code: "EPOCH_OUTVOTED";
  readonly epoch: number;
  readonly root: string;
  readonly attestations: number;
  readonly otherRoot: string;
  readonly otherAttestations: number;
}
interface AmountOutOfRange extends ErrorDetails {
  readonly code: "PAYOUT_AMOUNT_OUT_OF_RANGE";
  readonly what: string;
  readonly amount: bigint;
}
interface PlanDiffers extends ErrorDetails {
  readonly code: "PLAN_DIFFERS";
  readonly month: string;
  readonly field: "budget" | "minimum";
  readonly planned: bigint;
  readonly asked: bigint;
  readonly file: string;
}
interface PlanOutOfOrder extends ErrorDetails {
  readonly code: "PLAN_OUT_OF_ORDER";
  readonly month: string;
  readonly later: string;
}
interface PlanNotReproduced extends ErrorDetails {
  readonly code: "PLAN_NOT_REPRODUCED";
  readonly month: string;
  readonly field: string;
  readonly planned: string;
  readonly recomputed: string;
}
interface StatementMissing extends ErrorDetails {
  readonly code: "STATEMENT_MISSING";
  readonly month: string;
  readonly file: string;
}
interface StatementUnapproved extends ErrorDetails {
  readonly code: "STATEMENT_UNAPPROVED";
  readonly month: string;
  readonly reason: string;
}
interface StatementMalformed extends ErrorDetails {
  readonly code: "STATEMENT_MALFORMED";
  readonly file: string;
  readonly reason: string;
}
interface StatementReplaced extends ErrorDetails {
  readonly code: "STATEMENT_REPLACED";
  readonly month: string;
  /** The statement that names it, and as what. */
  readonly namedBy: string;
  readonly expected: string;
  readonly found: string;
}
interface StatementSignatureInvalid extends ErrorDetails {
  readonly code: "STATEMENT_SIGNATURE_INVALID";
  readonly month: string;
  readonly role: SignerRole;
  readonly reason: string;
}
interface SignerDiffers extends ErrorDetails {
  readonly code: "SIGNER_DIFFERS";
  readonly role: SignerRole;
  readonly setting: string;
  readonly expected: string;
  readonly actual: string;
}
interface SignersEqual extends ErrorDetails {
  readonly code: "SIGNERS_EQUAL";
  readonly address: string;
}
interface SignerIsNode extends ErrorDetails {
  readonly code: "SIGNER_IS_NODE";
  readonly role: SignerRole;
  readonly address: string;
}
interface ShareNotReturnable extends ErrorDetails {
  readonly code: "SHARE_NOT_RETURNABLE";
  readonly payoutId: string;
  readonly reason: string;
}
interface PayeeUnknown extends ErrorDetails {
  readonly code: "PAYEE_UNKNOWN";
  readonly entityId: string;
  readonly month: string;
}

export type PayoutErrorDetails =
  | MonthNotOver
  | MonthWithoutCredits
  | MonthBeforeChain
  | EpochUnattested
  | EpochOutvoted
  | AmountOutOfRange
  | PlanDiffers
  | PlanOutOfOrder
  | PlanNotReproduced
  | StatementMissing
  | StatementUnapproved
  | StatementMalformed
  | StatementReplaced
  | StatementSignatureInvalid
  | SignerDiffers
  | SignersEqual
  | SignerIsNode
  | ShareNotReturnable
  | PayeeUnknown;

/** A month cannot be planned, approved or explained; or a statement does not hold. */
export class PayoutError extends LucidError<PayoutErrorDetails> {
  constructor(details: PayoutErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: PayoutErrorDetails): string {
  switch (details.code) {
    case "MONTH_NOT_OVER":
      return `${details.month} ends at ${isoTime(details.endsAt)}, and the store's clock says ${isoTime(details.now)}. Plan it when it is over and its last epoch is attested.`;
    case "MONTH_WITHOUT_CREDITS":
      return `Nobody earned a credit in ${details.month ?? "the month"}, so there is nothing to divide the budget by. Leave the month out: what was carried over stays for the next one.`;
    case "MONTH_BEFORE_CHAIN":
      return `${details.month} ended before the chain's first slot. Check --month.`;
    case "EPOCH_UNATTESTED":
      return `The root of epoch ${details.epoch} is ${details.root} here. Attestations of it: ${details.attestations}, needed: ${details.quorum} (LUCID_CHECKPOINT_QUORUM). Let nodes attest it (poot run, poot attest ${details.epoch}), or find out why they computed another one.`;
    case "EPOCH_OUTVOTED":
      return `The root of epoch ${details.epoch} is ${details.root} here and has ${details.attestations} attestations, but ${details.otherRoot} has ${details.otherAttestations}. Find out which record is right before anything is paid (npx hardhat audit).`;
    case "PAYOUT_AMOUNT_OUT_OF_RANGE":
      return `${details.what} is ${formatUsdt(details.amount)} USDT, expected above 0 and below ${formatUsdt(2n ** 63n)}. Correct it.`;
    case "PLAN_DIFFERS":
      return `${details.month} was planned with the ${details.field} ${formatUsdt(details.planned)} USDT, not ${formatUsdt(details.asked)}. Give the same again. If nobody has approved it, remove ${details.file} and its signatures and plan again; if it is approved, add the difference to a later month's budget.`;
    case "PLAN_OUT_OF_ORDER":
      return `${details.month} cannot be planned after ${details.later}: what a month carries over goes into the next one. Add its budget to a later month.`;
    case "PLAN_NOT_REPRODUCED":
      return `The statement of ${details.month} is not what store and chain come to: its ${details.field} is ${details.planned}, recomputed it is ${details.recomputed}. Do not sign it; ask the planner how it was made.`;
    case "STATEMENT_MISSING":
      return `The statement of ${details.month} is not in ${details.file}, and later months rest on it. Copy it and its signatures from whoever planned or approved it, or plan the month.`;
    case "STATEMENT_UNAPPROVED":
      return `The statement of ${details.month} is not approved: ${details.reason}. Approve it first (payout approve --month ${details.month}).`;
    case "STATEMENT_MALFORMED":
      return `${details.file} is not a statement: ${details.reason}. Take it from whoever planned or approved it.`;
    case "STATEMENT_REPLACED":
      return `The statement of ${details.month} has the hash ${details.found}, but ${details.namedBy} names ${details.expected}. Take the original from whoever planned or approved it.`;
    case "STATEMENT_SIGNATURE_INVALID":
      return `The ${details.role}'s signature of the statement of ${details.month} does not hold: ${details.reason}. Do not pay by it; ask the ${details.role}.`;
    case "SIGNER_DIFFERS":
      return `The ${details.role}'s key belongs to ${details.actual}, but ${details.setting} is ${details.expected}. Use the right key, or correct the setting.`;
    case "SIGNERS_EQUAL":
      return `Planner and approver are both ${details.address}. Two people must hold two keys: change LUCID_PLANNER_ADDRESS or LUCID_APPROVER_ADDRESS.`;
    case "SIGNER_IS_NODE":
      return `The ${details.role} ${details.address} is registered as a node or pool, so it would plan its own pay. Use a key that belongs to no node.`;
    case "SHARE_NOT_RETURNABLE":
      return `${details.payoutId} does not return to the budget: ${details.reason}. Do not sign the statement; ask the planner how it was made.`;
    case "PAYEE_UNKNOWN":
      return `${details.entityId} earned nothing in ${details.month} and had nothing carried over. Check the address (a member of a pool is paid by its pool) and the month.`;
  }
}

const isoTime = (ms: number) => new Date(ms).toISOString();
