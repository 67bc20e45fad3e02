import { type ErrorDetails, LucidError } from "../errors.ts";
import { formatUsdt } from "./usdt.ts";

/** Who signs a statement. */
export type SignerRole = "planner" | "approver";

/**
 * A month is planned when it is over by the store's clock: until then credits are still earned.
 * @remedy Wait for its end, and for the attestations of its last epoch.
 */
interface MonthNotOver extends ErrorDetails {
  readonly code: "MONTH_NOT_OVER";
  readonly month: string;
  /** Unix milliseconds of its end, and of the store's clock. */
  readonly endsAt: number;
  readonly now: number;
}
/**
 * There is nothing to divide the budget by.
 * @remedy Leave the month out; what was carried over stays for the next one.
 */
interface MonthWithoutCredits extends ErrorDetails {
  readonly code: "MONTH_WITHOUT_CREDITS";
  readonly month: string | undefined;
}
/**
 * The month ended before the chain's first slot.
 * @remedy Correct `--month`.
 */
interface MonthBeforeChain extends ErrorDetails {
  readonly code: "MONTH_BEFORE_CHAIN";
  readonly month: string;
}
/**
 * Too few nodes attested the root that the stored tally of an epoch comes to.
 * @remedy `poot run` and `poot attest`; where they attest another root, `audit`.
 */
interface EpochUnattested extends ErrorDetails {
  readonly code: "EPOCH_UNATTESTED";
  readonly epoch: number;
  readonly root: string;
  readonly attestations: number;
  readonly quorum: number;
}
/**
 * More nodes attested another root for an epoch than the one that the stored tally comes to.
 * @remedy `audit`; nothing is paid by a tally that is in dispute.
 */
interface EpochOutvoted extends ErrorDetails {
  readonly code: "EPOCH_OUTVOTED";
  readonly epoch: number;
  readonly root: string;
  readonly attestations: number;
  readonly otherRoot: string;
  readonly otherAttestations: number;
}
/**
 * An amount is 0, or 2^63 micro-USDT or more.
 * @remedy Correct it.
 */
interface AmountOutOfRange extends ErrorDetails {
  readonly code: "PAYOUT_AMOUNT_OUT_OF_RANGE";
  readonly what: string;
  readonly amount: bigint;
}
/**
 * The month was planned before with another budget or minimum.
 * @remedy Give the same again. As long as nobody has approved the plan, its two files may be removed, and the
 * month planned again.
 */
interface PlanDiffers extends ErrorDetails {
  readonly code: "PLAN_DIFFERS";
  readonly month: string;
  readonly field: "budget" | "minimum";
  readonly planned: bigint;
  readonly asked: bigint;
  readonly file: string;
}
/**
 * A later month has a statement; what a month carries over goes into the next one.
 * @remedy Add the budget to a later month.
 */
interface PlanOutOfOrder extends ErrorDetails {
  readonly code: "PLAN_OUT_OF_ORDER";
  readonly month: string;
  readonly later: string;
}
/**
 * The statement is not what store, chain and the statements before it come to; the message names the first
 * difference.
 * @remedy Do not sign it. Compare the stores and the statements of both.
 */
interface PlanNotReproduced extends ErrorDetails {
  readonly code: "PLAN_NOT_REPRODUCED";
  readonly month: string;
  readonly field: string;
  readonly planned: string;
  readonly recomputed: string;
}
/**
 * A statement is needed that is not in `LUCID_DATA_DIR/statements`: that of the month, of an earlier one that
 * was paid, or one that a later statement names.
 * @remedy Copy it with its signatures from whoever planned or approved it.
 */
interface StatementMissing extends ErrorDetails {
  readonly code: "STATEMENT_MISSING";
  readonly month: string;
  readonly file: string;
}
/**
 * The statement of the month before lacks a signature, or one person gave both.
 * @remedy `payout approve` for that month.
 */
interface StatementUnapproved extends ErrorDetails {
  readonly code: "STATEMENT_UNAPPROVED";
  readonly month: string;
  readonly reason: string;
}
/**
 * A file is not a statement or its signatures, or its rows, totals or root do not follow from its own budget,
 * credits and addresses.
 * @remedy Take it from whoever planned or approved it.
 */
interface StatementMalformed extends ErrorDetails {
  readonly code: "STATEMENT_MALFORMED";
  readonly file: string;
  readonly reason: string;
}
/**
 * A statement is not the one that the next one names.
 * @remedy Take the original from whoever planned or approved it.
 */
interface StatementReplaced extends ErrorDetails {
  readonly code: "STATEMENT_REPLACED";
  readonly month: string;
  /** The statement that names it, and as what. */
  readonly namedBy: string;
  readonly expected: string;
  readonly found: string;
}
/**
 * A signature of a statement is missing, malformed, or by another key.
 * @remedy Do not pay by it; ask the one who should have signed.
 */
interface StatementSignatureInvalid extends ErrorDetails {
  readonly code: "STATEMENT_SIGNATURE_INVALID";
  readonly month: string;
  readonly role: SignerRole;
  readonly reason: string;
}
/**
 * The key is not that of `LUCID_PLANNER_ADDRESS` or `LUCID_APPROVER_ADDRESS`.
 * @remedy Use the right key, or correct the setting.
 */
interface SignerDiffers extends ErrorDetails {
  readonly code: "SIGNER_DIFFERS";
  readonly role: SignerRole;
  readonly setting: string;
  readonly expected: string;
  readonly actual: string;
}
/**
 * Planner and approver are one address.
 * @remedy Two people hold two keys.
 */
interface SignersEqual extends ErrorDetails {
  readonly code: "SIGNERS_EQUAL";
  readonly address: string;
}
/**
 * Planner or approver is registered as a node or pool, now or before.
 * @remedy Use a key that belongs to no node.
 */
interface SignerIsNode extends ErrorDetails {
  readonly code: "SIGNER_IS_NODE";
  readonly role: SignerRole;
  readonly address: string;
}
/**
 * The statement returns a share to the budget that is not voided, too recent, of another amount, or returned
 * before.
 * @remedy Do not sign it; ask the planner.
 */
interface ShareNotReturnable extends ErrorDetails {
  readonly code: "SHARE_NOT_RETURNABLE";
  readonly payoutId: string;
  readonly reason: string;
}
/**
 * The entity has no row in the month's statement.
 * @remedy Check address and month; a member of a pool is paid by its pool.
 */
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
