import { type ErrorDetails, LucidError } from "../../errors.ts";
import { formatTrx } from "../tron/fees.ts";
import { formatUsdt } from "../usdt.ts";

interface AtRouter extends ErrorDetails {
  readonly router: string;
}
/**
 * The router is paused.
 * @remedy Its admin unpauses it.
 */
interface RouterPaused extends AtRouter {
  readonly code: "PAYOUT_ROUTER_PAUSED";
}
/**
 * A router pays another token, or has another ledger, than the settings say.
 * @remedy Correct `USDT_TRC20_ADDRESS`, `PAYOUT_LEDGER_ADDRESS` or the router's address.
 */
interface RouterDiffers extends AtRouter {
  readonly code: "PAYOUT_ROUTER_DIFFERS";
  readonly field: "token" | "ledger";
  readonly expected: string;
  readonly found: string;
}
/**
 * A payout is of a router that is not in the settings, or signed by a planner or approver who holds the role
 * and is not the one in the settings. It was left as it is. The others were paid, unless it is in flight: then nothing
 * more is sent.
 * @remedy Correct the setting that the message names.
 */
interface SettingsDiffer extends ErrorDetails {
  readonly code: "PAYOUT_SETTINGS_DIFFER";
  readonly payoutId: string;
  readonly setting: string;
  readonly expected: string;
  readonly found: string;
}
/**
 * The disburser lacks DISBURSER on the router, `LUCID_PLANNER_ADDRESS` PLANNER, `LUCID_APPROVER_ADDRESS`
 * APPROVER, or the router ROUTER on the ledger.
 * @remedy The admin grants it (`payout deploy` again); or use the right key or address.
 */
interface RoleMissing extends ErrorDetails {
  readonly code: "PAYOUT_ROLE_MISSING";
  readonly contract: string;
  readonly role: string;
  readonly account: string;
}
/**
 * The token's owner paused it.
 * @remedy Wait.
 */
interface TokenPaused extends ErrorDetails {
  readonly code: "PAYOUT_TOKEN_PAUSED";
  readonly token: string;
}
/**
 * The token was replaced by another contract.
 * @remedy Find out what its owner announces.
 */
interface TokenDeprecated extends ErrorDetails {
  readonly code: "PAYOUT_TOKEN_DEPRECATED";
  readonly token: string;
}
/**
 * The token takes a fee, so payees would receive less.
 * @remedy Wait until it is switched off.
 */
interface TokenFee extends ErrorDetails {
  readonly code: "PAYOUT_TOKEN_FEE";
  readonly token: string;
  readonly basisPoints: bigint;
  /** micro-USDT */
  readonly maximum: bigint;
}
/**
 * The treasury cannot send the token.
 * @remedy Clear it with the issuer.
 */
interface TreasuryBlacklisted extends ErrorDetails {
  readonly code: "PAYOUT_TREASURY_BLACKLISTED";
  readonly treasury: string;
}
/** Amounts in micro-USDT. */
interface Short extends AtRouter {
  readonly treasury: string;
  readonly due: bigint;
  readonly available: bigint;
  readonly missing: bigint;
}
/**
 * The treasury holds less than is due; the message says how much is missing.
 * @remedy Transfer it.
 */
interface BalanceShort extends Short {
  readonly code: "PAYOUT_BALANCE_SHORT";
}
/**
 * The treasury allows the router less than is due.
 * @remedy Let the treasury approve what is due.
 */
interface AllowanceShort extends Short {
  readonly code: "PAYOUT_ALLOWANCE_SHORT";
}
/**
 * The router has paid what it may on this UTC day.
 * @remedy Run it after midnight UTC, or let the admin raise the limit.
 */
interface DayLimit extends AtRouter {
  readonly code: "PAYOUT_DAY_LIMIT";
  readonly limit: bigint;
  readonly left: bigint;
  readonly due: bigint;
  readonly missing: bigint;
}
/**
 * A payout is above the limit per payment.
 * @remedy Check the amount; let the admin raise the limit.
 */
interface PaymentLimit extends AtRouter {
  readonly code: "PAYOUT_PAYMENT_LIMIT";
  readonly payoutId: string;
  readonly amount: bigint;
  readonly limit: bigint;
}
/**
 * Less is left of a statement than is due.
 * @remedy `payout reconcile`.
 */
interface StatementTotal extends AtRouter {
  readonly code: "PAYOUT_STATEMENT_TOTAL";
  readonly root: string;
  readonly left: bigint;
  readonly due: bigint;
}
/**
 * The statement was closed with both signatures; its rows can no longer be paid.
 * @remedy Ask planner and approver; `payout close --send` refuses them.
 */
interface StatementClosed extends AtRouter {
  readonly code: "PAYOUT_STATEMENT_CLOSED";
  readonly root: string;
}
/**
 * Another statement is open in the period.
 * @remedy Planner and approver close it first: `payout close`.
 */
interface PeriodTaken extends AtRouter {
  readonly code: "PAYOUT_PERIOD_TAKEN";
  readonly root: string;
  readonly period: bigint;
  readonly open: string;
}
/**
 * The disburser cannot cover a fee limit with its energy and TRX.
 * @remedy Transfer TRX or stake for energy; what is not used is not charged.
 */
interface FeesShort extends ErrorDetails {
  readonly code: "PAYOUT_FEES_SHORT";
  readonly account: string;
  /** Fees in sun. */
  readonly feeLimit: bigint;
  readonly energy: bigint;
  readonly balance: bigint;
  readonly missing: bigint;
}
/**
 * A transaction would need a higher fee limit than `PAYOUT_MAX_FEE_TRX`.
 * @remedy Wait for a lower price of energy, or raise it.
 */
interface FeeCeiling extends ErrorDetails {
  readonly code: "PAYOUT_FEE_CEILING";
  readonly feeLimit: bigint;
  readonly ceiling: bigint;
  readonly energyPrice: bigint;
}
/**
 * More is due than the total that was confirmed on mainnet: payouts became due after the question.
 * @remedy Run it again and confirm the new total.
 */
interface AmountCeiling extends ErrorDetails {
  readonly code: "PAYOUT_AMOUNT_CEILING";
  /** With the next transaction, in micro-USDT. */
  readonly amount: bigint;
  readonly ceiling: bigint;
}
/**
 * The transaction saved for a payout does not pay it: the document was changed.
 * @remedy Compare it with a backup; then `payout run --retry`.
 */
interface BytesDiffer extends ErrorDetails {
  readonly code: "PAYOUT_BYTES_DIFFER";
  readonly payoutId: string;
  readonly reason: string;
}
/**
 * No payout has this id.
 * @remedy `payout status` shows them; check `LUCID_STORE`.
 */
interface DocumentLost extends ErrorDetails {
  readonly code: "PAYOUT_NOT_FOUND";
  readonly payoutId: string;
}
/**
 * Compliance cannot approve a payout that is paid, under way, refused, or of the other router.
 * @remedy As the message says.
 */
interface NotApprovable extends ErrorDetails {
  readonly code: "PAYOUT_NOT_APPROVABLE";
  readonly payoutId: string;
  readonly reason: string;
}
/**
 * A request with this reference was made with other values.
 * @remedy Give the same, or another reference.
 */
interface RequestDiffers extends ErrorDetails {
  readonly code: "REQUEST_DIFFERS";
  readonly reference: string;
  readonly field: "to" | "amount" | "reason" | "router" | "chainId";
  /** An amount in micro-USDT. */
  readonly stored: string;
  readonly asked: string;
}
/**
 * The request's file is missing or malformed, not signed by the planner, or for another router or network
 * than in the settings.
 * @remedy Take it from the planner; compare the settings of both.
 */
interface RequestUnusable extends ErrorDetails {
  readonly code: "REQUEST_UNUSABLE";
  readonly reference: string;
  readonly reason: string;
}
/**
 * No statement is open for the month or request, so none can be closed: it was never opened, or it is closed already.
 * @remedy Check the month or reference, and the router in the settings.
 */
interface StatementNotOpen extends AtRouter {
  readonly code: "STATEMENT_NOT_OPEN";
  /** The month, or the request's reference. */
  readonly of: string;
  readonly period: bigint;
}
/**
 * The closing's file is missing or malformed, lacks a signature, or is of another root, router or network than the statement
 * that is open.
 * @remedy As the message says; the planner signs again, then the approver.
 */
interface ClosingUnusable extends ErrorDetails {
  readonly code: "CLOSING_UNUSABLE";
  readonly period: bigint;
  readonly reason: string;
}
/**
 * An earlier `payout deploy` was made with other values, or its record is malformed.
 * @remedy Give the same, or use another `LUCID_DATA_DIR`.
 */
interface DeploymentDiffers extends ErrorDetails {
  readonly code: "PAYOUT_DEPLOYMENT_DIFFERS";
  readonly file: string;
  readonly field: string;
  readonly stored: string;
  readonly asked: string;
}

export type PayoutServiceErrorDetails =
  | RouterPaused
  | RouterDiffers
  | SettingsDiffer
  | RoleMissing
  | TokenPaused
  | TokenDeprecated
  | TokenFee
  | TreasuryBlacklisted
  | BalanceShort
  | AllowanceShort
  | DayLimit
  | PaymentLimit
  | StatementTotal
  | StatementClosed
  | PeriodTaken
  | FeesShort
  | FeeCeiling
  | AmountCeiling
  | BytesDiffer
  | DocumentLost
  | NotApprovable
  | RequestDiffers
  | RequestUnusable
  | StatementNotOpen
  | ClosingUnusable
  | DeploymentDiffers;

/** Why nothing more is paid, and what is missing. What was paid before stays paid, and running again goes on. */
export class PayoutServiceError extends LucidError<PayoutServiceErrorDetails> {
  constructor(details: PayoutServiceErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: PayoutServiceErrorDetails): string {
  switch (details.code) {
    case "PAYOUT_ROUTER_PAUSED":
      return `The router ${details.router} is paused, so it pays nothing. Its admin calls unpause() when the reason is gone; then run it again.`;
    case "PAYOUT_ROUTER_DIFFERS":
      return `The router ${details.router} has the ${details.field} ${details.found}, expected ${details.expected}. Correct USDT_TRC20_ADDRESS, PAYOUT_LEDGER_ADDRESS or the router's own setting.`;
    case "PAYOUT_SETTINGS_DIFFER":
      return `The payout ${details.payoutId} is validly signed, and belongs to ${details.found}, but ${details.setting} says ${details.expected}. Correct the setting and run it again; the payout was left as it is.`;
    case "PAYOUT_ROLE_MISSING":
      return `${details.account} does not hold ${details.role} on ${details.contract}. Its admin has to grant it; or the key or setting is another one than meant.`;
    case "PAYOUT_TOKEN_PAUSED":
      return `The token ${details.token} is paused, so every payment would fail. Wait until its owner unpauses it.`;
    case "PAYOUT_TOKEN_DEPRECATED":
      return `The token ${details.token} was deprecated in favour of another contract. Find out what its owner announces before anything is paid.`;
    case "PAYOUT_TOKEN_FEE":
      return `The token ${details.token} takes a fee of ${details.basisPoints} basis points, ${formatUsdt(details.maximum)} USDT at most, so payees would receive less than their amounts. Nothing is paid until it is switched off.`;
    case "PAYOUT_TREASURY_BLACKLISTED":
      return `The treasury ${details.treasury} is on the token's blacklist, so every payment would fail. Clear that with the token's issuer.`;
    case "PAYOUT_BALANCE_SHORT":
      return `The treasury ${details.treasury} holds ${formatUsdt(details.available)} USDT, ${formatUsdt(details.due)} are due: ${formatUsdt(details.missing)} USDT are missing. Transfer them and run it again.`;
    case "PAYOUT_ALLOWANCE_SHORT":
      return `The treasury ${details.treasury} allows ${details.router} ${formatUsdt(details.available)} USDT, ${formatUsdt(details.due)} are due: ${formatUsdt(details.missing)} USDT are missing. Let the treasury approve what is due, and run it again.`;
    case "PAYOUT_DAY_LIMIT":
      return `Of the day's limit of ${formatUsdt(details.limit)} USDT of ${details.router} ${formatUsdt(details.left)} are left, ${formatUsdt(details.due)} are due: ${formatUsdt(details.missing)} USDT are missing. Run it again after midnight UTC, or let the admin raise the limit.`;
    case "PAYOUT_PAYMENT_LIMIT":
      return `The payout ${details.payoutId} of ${formatUsdt(details.amount)} USDT is ${formatUsdt(details.amount - details.limit)} USDT above the limit per payment of ${details.router}, ${formatUsdt(details.limit)}. Let the admin raise it, if the amount is right.`;
    case "PAYOUT_STATEMENT_TOTAL":
      return `Of the statement ${details.root} ${formatUsdt(details.left)} USDT are left at ${details.router}, ${formatUsdt(details.due)} are due: ${formatUsdt(details.due - details.left)} USDT are missing. Somebody else paid rows of it: payout reconcile names them.`;
    case "PAYOUT_STATEMENT_CLOSED":
      return `The statement ${details.root} was closed at ${details.router}, and stays closed: its rows can no longer be paid. Ask planner and approver, who closed it; payout close --send refuses them.`;
    case "PAYOUT_PERIOD_TAKEN":
      return `In the period ${details.period} of ${details.router} the statement ${details.open} is open, not ${details.root}. Planner and approver have to close it first (payout close).`;
    case "PAYOUT_FEES_SHORT":
      return `${details.account} cannot pay the fee limit of ${formatTrx(details.feeLimit)} TRX: it has ${details.energy} energy and ${formatTrx(details.balance)} TRX, ${formatTrx(details.missing)} TRX are missing. Transfer them, or stake for energy; what is not used is not charged.`;
    case "PAYOUT_FEE_CEILING":
      return `A transaction would need a fee limit of ${formatTrx(details.feeLimit)} TRX at ${details.energyPrice} sun an energy, more than PAYOUT_MAX_FEE_TRX allows (${formatTrx(details.ceiling)}). Wait for a lower price, or raise the setting.`;
    case "PAYOUT_AMOUNT_CEILING":
      return `With the next transaction ${formatUsdt(details.amount)} USDT would be paid, but only ${formatUsdt(details.ceiling)} were confirmed: payouts became due after the question. What was sent is settled; run it again and confirm the new total.`;
    case "PAYOUT_BYTES_DIFFER":
      return `The transaction that is kept for the payout ${details.payoutId} is not one that pays it: ${details.reason}. Somebody changed the document; compare it with an export or backup. Nothing was sent.`;
    case "PAYOUT_NOT_FOUND":
      return `There is no payout ${details.payoutId} in the store. Check the id (payout status shows them) and LUCID_STORE.`;
    case "PAYOUT_NOT_APPROVABLE":
      return `The payout ${details.payoutId} cannot be approved: ${details.reason}.`;
    case "REQUEST_DIFFERS":
      return `The request ${details.reference} has the ${details.field} ${requested(details.field, details.stored)}, not ${requested(details.field, details.asked)}. Give the same again, or take another reference.`;
    case "REQUEST_UNUSABLE":
      return `The request ${details.reference} cannot be used: ${details.reason}.`;
    case "STATEMENT_NOT_OPEN":
      return `No statement of ${details.of} (period ${details.period}) is open at ${details.router}, so there is nothing to close. Check the month or reference, and the router in the settings.`;
    case "CLOSING_UNUSABLE":
      return `The closing of the period ${details.period} cannot be used: ${details.reason}.`;
    case "PAYOUT_DEPLOYMENT_DIFFERS":
      return `The deployment in ${details.file} has the ${details.field} ${details.stored}, not ${details.asked}. Give the same again, or use another LUCID_DATA_DIR.`;
  }
}

const requested = (field: RequestDiffers["field"], value: string) =>
  field === "amount" ? `${formatUsdt(BigInt(value))} USDT` : value;
