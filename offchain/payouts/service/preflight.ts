import type { PayoutServiceErrorDetails } from "./errors.ts";
import type { PayableRow } from "./router-calls.ts";

/** What the chain says of a router, its token and its treasury before a batch. Amounts in micro-USDT. */
export interface RouterState {
  readonly router: string;
  readonly isPaused: boolean;
  /** Of the account that pays. */
  readonly isDisburser: boolean;
  /** ROUTER_ROLE of the router on the ledger. */
  readonly isAdmitted: boolean;
  readonly paymentLimit: bigint;
  readonly dayLimit: bigint;
  readonly paidToday: bigint;
  readonly token: string;
  readonly ledger: string;
  readonly treasury: string;
  readonly tokenPaused: boolean;
  readonly tokenDeprecated: boolean;
  readonly feeBasisPoints: bigint;
  readonly feeMaximum: bigint;
  readonly treasuryBlacklisted: boolean;
  readonly balance: bigint;
  readonly allowance: bigint;
  /** What the open statement still pays. */
  readonly statementLeft: bigint;
}

export interface PreflightTerms {
  /** base58check */
  readonly disburser: string;
  readonly token: string;
  readonly ledger: string;
  /** What is due at this router altogether, in micro-USDT. */
  readonly due: bigint;
}

/**
 * How many of a batch's rows can be paid now: the longest beginning that limits, balance, allowance and the statement
 * cover. Where it is none, why, and how much is missing for everything that is due.
 */
export function payableNow(
  rows: readonly [PayableRow, ...PayableRow[]],
  state: RouterState,
  terms: PreflightTerms,
): { readonly count: number } | { readonly stop: PayoutServiceErrorDetails } {
  const stop = obstacle(state, terms);
  if (stop !== undefined) return { stop };
  const [first] = rows;
  const dayLeft = state.dayLimit > state.paidToday ? state.dayLimit - state.paidToday : 0n;
  const bounds = [dayLeft, state.balance, state.allowance, state.statementLeft];
  const available = bounds.reduce((least, bound) => (bound < least ? bound : least));
  let [sum, count] = [0n, 0];
  for (const { amount } of rows) {
    if (amount > state.paymentLimit || sum + amount > available) break;
    sum += amount;
    count += 1;
  }
  return count > 0 ? { count } : { stop: shortage(first, state, terms, dayLeft) };
}

/** What prevents every payment. */
function obstacle(state: RouterState, terms: PreflightTerms): PayoutServiceErrorDetails | undefined {
  const { router, token, treasury } = state;
  for (const field of ["token", "ledger"] as const) {
    const [expected, found] = [terms[field], state[field]];
    if (expected !== found) return { code: "PAYOUT_ROUTER_DIFFERS", router, field, expected, found };
  }
  if (state.isPaused) return { code: "PAYOUT_ROUTER_PAUSED", router };
  if (!state.isDisburser) {
    return { code: "PAYOUT_ROLE_MISSING", contract: router, role: "DISBURSER", account: terms.disburser };
  }
  if (!state.isAdmitted) {
    return { code: "PAYOUT_ROLE_MISSING", contract: state.ledger, role: "ROUTER", account: router };
  }
  if (state.tokenPaused) return { code: "PAYOUT_TOKEN_PAUSED", token };
  if (state.tokenDeprecated) return { code: "PAYOUT_TOKEN_DEPRECATED", token };
  if (state.feeBasisPoints > 0n && state.feeMaximum > 0n) {
    const [basisPoints, maximum] = [state.feeBasisPoints, state.feeMaximum];
    return { code: "PAYOUT_TOKEN_FEE", token, basisPoints, maximum };
  }
  if (state.treasuryBlacklisted) return { code: "PAYOUT_TREASURY_BLACKLISTED", treasury };
  return undefined;
}

/** Why not even the first row can be paid. */
function shortage(
  { payoutId, amount, root }: PayableRow,
  state: RouterState,
  { due }: PreflightTerms,
  left: bigint,
): PayoutServiceErrorDetails {
  const { router, treasury, balance, allowance, paymentLimit, dayLimit, statementLeft } = state;
  if (amount > paymentLimit) {
    return { code: "PAYOUT_PAYMENT_LIMIT", router, payoutId, amount, limit: paymentLimit };
  }
  if (amount > balance) {
    const missing = due - balance;
    return { code: "PAYOUT_BALANCE_SHORT", router, treasury, due, available: balance, missing };
  }
  if (amount > allowance) {
    const missing = due - allowance;
    return { code: "PAYOUT_ALLOWANCE_SHORT", router, treasury, due, available: allowance, missing };
  }
  if (amount > left) {
    return { code: "PAYOUT_DAY_LIMIT", router, limit: dayLimit, left, due, missing: due - left };
  }
  return { code: "PAYOUT_STATEMENT_TOTAL", router, root, left: statementLeft, due: amount };
}
