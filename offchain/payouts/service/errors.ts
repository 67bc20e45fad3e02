import { type ErrorDetails, LucidError } from "../../errors.ts";
import { formatTrx } from "../tron/fees.ts";
import { formatUsdt } from "../usdt.ts";

interface AtRouter extends ErrorDetails {
  readonly router: string;
}
interface RouterPaused extends AtRouter {
  readonly code: "PAYOUT_ROUTER_PAUSED";
}
interface RouterDiffers extends AtRouter {
  readonly code: "PAYOUT_ROUTER_DIFFERS";
  readonly field: "token" | "ledger";
  readonly expected: string;
  readonly found: string;
}
interface SettingsDiffer extends ErrorDetails {
  readonly code: "PAYOUT_SETTINGS_DIFFER";
  readonly payoutId: string;
  readonly setting: string;
  readonly expected: string;
  readonly found: string;
}
interface RoleMissing extends ErrorDetails {
  readonly code: "PAYOUT_ROLE_MISSING";
  readonly contract: string;
  readonly role: string;
  readonly account: string;
}
interface TokenPaused extends ErrorDetails {
  readonly code: "PAYOUT_TOKEN_PAUSED";
  readonly token: string;
}
interface TokenDeprecated extends ErrorDetails {
  readonly code: "PAYOUT_TOKEN_DEPRECATED";
  readonly token: string;
}
interface TokenFee extends ErrorDetails {
  readonly code: "PAYOUT_TOKEN_FEE";
  readonly token: string;
  readonly basisPoints: bigint;
  /** micro-USDT */
  readonly maximum: bigint;
}
interface TreasuryBlacklisted extends ErrorDetails {
  readonly code: "PAYOUT_TREASURY_BLACKLISTED";
  readonly treasury: string;
}
/** Amounts in micro-USDT. */
interface Short extends AtRouter {
  readonly code: "PAYOUT_BALANCE_SHORT" | "PAYOUT_ALLOWANCE_SHORT";
  readonly treasury: string;
  readonly due: bigint;
  readonly available: bigint;
  readonly missing: bigint;
}
interface DayLimit extends AtRouter {
  readonly code: "PAYOUT_DAY_LIMIT";
  readonly limit: bigint;
  readonly left: bigint;
  readonly due: bigint;
  readonly missing: bigint;
}
interface PaymentLimit extends AtRouter {
  readonly code: "PAYOUT_PAYMENT_LIMIT";
  readonly payoutId: string;
  readonly amount: bigint;
  readonly limit: bigint;
}
interface StatementTotal extends AtRouter {
  readonly code: "PAYOUT_STATEMENT_TOTAL";
  readonly root: string;
  readonly left: bigint;
  readonly due: bigint;
}
interface StatementClosed extends AtRouter {
  readonly code: "PAYOUT_STATEMENT_CLOSED";
  readonly root: string;
}
interface PeriodTaken extends AtRouter {
  readonly code: "PAYOUT_PERIOD_TAKEN";
  readonly root: string;
  readonly period: bigint;
  readonly open: string;
}
/** Fees in sun. */
interface FeesShort extends ErrorDetails {
  readonly code: "PAYOUT_FEES_SHORT";
  readonly account: string;
  readonly feeLimit: bigint;
  readonly energy: bigint;
  readonly balance: bigint;
  readonly missing: bigint;
}
interface FeeCeiling extends ErrorDetails {
  readonly code: "PAYOUT_FEE_CEILING";
  readonly feeLimit: bigint;
  readonly ceiling: bigint;
  readonly energyPrice: bigint;
}
/** Amounts in micro-USDT. */
interface AmountCeiling extends ErrorDetails {
  readonly code: "PAYOUT_AMOUNT_CEILING";
  /** With the next transaction. */
  readonly amount: bigint;
  readonly ceiling: bigint;
}
interface BytesDiffer extends ErrorDetails {
  readonly code: "PAYOUT_BYTES_DIFFER";
  readonly payoutId: string;
  readonly reason: string;
}
interface DocumentLost extends ErrorDetails {
  readonly code: "PAYOUT_NOT_FOUND";
  readonly payoutId: string;
}
interface NotApprovable extends ErrorDetails {
  readonly code: "PAYOUT_NOT_APPROVABLE";
  readonly payoutId: string;
  readonly reason: string;
}
interface RequestDiffers extends ErrorDetails {
  readonly code: "REQUEST_DIFFERS";
  readonly reference: string;
  readonly field: "to" | "amount" | "reason" | "router" | "chainId";
  /** An amount in micro-USDT. */
  readonly stored: string;
  readonly asked: string;
}
interface RequestUnusable extends ErrorDetails {
  readonly code: "REQUEST_UNUSABLE";
  readonly reference: string;
  readonly reason: string;
}
interface StatementNotOpen extends AtRouter {
  readonly code: "STATEMENT_NOT_OPEN";
  /** The month, or the request's reference. */
  readonly of: string;
  readonly period: bigint;
}
interface ClosingUnusable extends ErrorDetails {
  readonly code: "CLOSING_UNUSABLE";
  readonly period: bigint;
  readonly reason: string;
}
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
  | Short
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
