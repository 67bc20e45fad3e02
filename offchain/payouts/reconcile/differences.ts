import { groupBy } from "../../group-by.ts";
import type { PayoutStatus } from "../../store/documents.ts";
import { VOIDED } from "../held-shares.ts";
import { formatUsdt } from "../usdt.ts";

/** What the store says of a payout. Addresses are base58check, amounts micro-USDT. */
export interface BookedPayout {
  readonly payoutId: string;
  readonly status: PayoutStatus;
  readonly error: string | undefined;
  readonly router: string;
  readonly root: string | undefined;
  readonly to: string;
  readonly amount: bigint;
  readonly txid: string | undefined;
}

/** A payment on chain, by a router's Paid, and whether the token moved exactly its amount to the payee. */
export interface ChainPayment {
  readonly payoutId: string;
  readonly router: string;
  readonly to: string;
  readonly amount: bigint;
  readonly txid: string;
  readonly block: number;
  /** Of its block, in Unix milliseconds. */
  readonly at: number;
  readonly isTransferred: boolean;
}

/** Money that left the treasury and is in no payment, in whatever transaction. */
export interface StrayTransfer {
  readonly txid: string;
  /** Of its block, in Unix milliseconds. */
  readonly at: number;
  readonly to: string;
  readonly amount: bigint;
}

/** What the ledger says; both are final. */
export interface LedgerEntry {
  readonly isPaid: boolean;
  readonly isVoid: boolean;
}

export interface StatementSum {
  readonly router: string;
  readonly root: string;
  /** What the router counted as paid. */
  readonly paid: bigint;
}

export interface Books {
  readonly documents: readonly BookedPayout[];
  readonly payments: readonly ChainPayment[];
  readonly strays: readonly StrayTransfer[];
  /** By payoutId. */
  readonly ledger: ReadonlyMap<string, LedgerEntry>;
  readonly statements: readonly StatementSum[];
}

export type DifferenceCode =
  /** The store has it as confirmed, and no router paid it. */
  | "PAYMENT_MISSING"
  /** A router paid what is not in the store. */
  | "PAYMENT_UNKNOWN"
  /** A router paid it, and the store does not have it as confirmed: run `payout run` first. */
  | "PAYMENT_UNBOOKED"
  /** It was paid to another payee, of another amount or by another router than in the store. */
  | "PAYMENT_DIFFERS"
  /** It was paid in another transaction than the store names. */
  | "TRANSACTION_DIFFERS"
  /** A payout was paid more than once: the ledger does not do what it should. */
  | "PAYMENT_TWICE"
  /** The router says Paid, and the token did not move exactly the amount to the payee. */
  | "TRANSFER_MISSING"
  /**
   * The token moved money out of the treasury without a payment, in whatever transaction: also what the
   * treasury's owner transferred.
   */
  | "TRANSFER_UNEXPLAINED"
  /** The ledger has it as paid, and the store does not. */
  | "LEDGER_PAID"
  /** The store has it as confirmed, and the ledger not as paid. */
  | "LEDGER_UNPAID"
  /** The ledger has it as voided, and the store not as refused for it. */
  | "LEDGER_VOID"
  /** The store has it as voided, and the ledger does not. */
  | "LEDGER_NOT_VOID"
  /** The router's sum of a statement is not that of the confirmed payouts. */
  | "STATEMENT_DIFFERS"
  /** A router opened a statement of which the store has no payout. */
  | "STATEMENT_UNKNOWN";

export interface Difference {
  readonly code: DifferenceCode;
  readonly payoutId?: string;
  readonly txid?: string;
  /** What the store says, and what the chain says: texts for people, amounts in USDT. */
  readonly booked: string;
  readonly found: string;
}

/** Every difference between the store, the routers, the ledger and the token. */
export function differencesOf(books: Books): Difference[] {
  const byId = groupBy(books.payments, ({ payoutId }) => payoutId);
  const known = new Set(books.documents.map(({ payoutId }) => payoutId));
  return [
    ...books.documents.flatMap((document) => [
      ...ofDocument(document, byId.get(document.payoutId) ?? [], books.ledger.get(document.payoutId)),
    ]),
    ...books.payments.filter(({ payoutId }) => !known.has(payoutId)).map(unknown),
    ...books.payments.filter(({ isTransferred }) => !isTransferred).map(untransferred),
    ...books.strays.map(stray),
    ...books.statements.flatMap((statement) => ofStatement(statement, books.documents)),
  ];
}

function* ofDocument(
  document: BookedPayout,
  payments: readonly ChainPayment[],
  ledger: LedgerEntry | undefined,
): Generator<Difference> {
  const { payoutId, status, error, router, to, amount, txid } = document;
  const isConfirmed = status === "confirmed";
  const named = { payoutId, ...(txid && { txid }) };
  const [payment, second] = payments;
  if (second !== undefined) {
    const found = payments.map((one) => one.txid).join(", ");
    yield { code: "PAYMENT_TWICE", ...named, booked: "once", found };
  }
  if (payment === undefined) {
    if (isConfirmed) yield { code: "PAYMENT_MISSING", ...named, booked: shown(document), found: "nothing" };
  } else {
    if (!isConfirmed) {
      yield { code: "PAYMENT_UNBOOKED", payoutId, txid: payment.txid, booked: status, found: shown(payment) };
    }
    if (payment.to !== to || payment.amount !== amount || payment.router !== router) {
      const booked = `${shown(document)} by ${router}`;
      yield {
        code: "PAYMENT_DIFFERS",
        payoutId,
        txid: payment.txid,
        booked,
        found: `${shown(payment)} by ${payment.router}`,
      };
    }
    if (isConfirmed && payment.txid !== txid) {
      yield { code: "TRANSACTION_DIFFERS", payoutId, booked: txid ?? "none", found: payment.txid };
    }
  }
  if (ledger === undefined) return;
  const isVoided = status === "refused" && error === VOIDED;
  if (ledger.isPaid && !isConfirmed && payment === undefined) {
    yield { code: "LEDGER_PAID", ...named, booked: status, found: "paid" };
  }
  if (isConfirmed && !ledger.isPaid)
    yield { code: "LEDGER_UNPAID", ...named, booked: status, found: "not paid" };
  if (ledger.isVoid && !isVoided) yield { code: "LEDGER_VOID", ...named, booked: status, found: "voided" };
  if (isVoided && !ledger.isVoid)
    yield { code: "LEDGER_NOT_VOID", ...named, booked: VOIDED, found: "not voided" };
}

function ofStatement({ router, root, paid }: StatementSum, documents: readonly BookedPayout[]): Difference[] {
  const of = `of ${root} at ${router}`;
  const rows = documents.filter((one) => one.router === router && one.root === root);
  if (rows.length === 0) {
    return [{ code: "STATEMENT_UNKNOWN", booked: `nothing ${of}`, found: `${formatUsdt(paid)} USDT paid` }];
  }
  const sum = rows
    .filter(({ status }) => status === "confirmed")
    .reduce((total, { amount }) => total + amount, 0n);
  if (sum === paid) return [];
  return [
    { code: "STATEMENT_DIFFERS", booked: `${formatUsdt(sum)} USDT ${of}`, found: `${formatUsdt(paid)} USDT` },
  ];
}

const shown = ({ amount, to }: Pick<ChainPayment, "amount" | "to">) => `${formatUsdt(amount)} USDT to ${to}`;

const unknown = (payment: ChainPayment): Difference => ({
  code: "PAYMENT_UNKNOWN",
  ...{ payoutId: payment.payoutId, txid: payment.txid, booked: "nothing", found: shown(payment) },
});

const untransferred = (payment: ChainPayment): Difference => ({
  code: "TRANSFER_MISSING",
  ...{ payoutId: payment.payoutId, txid: payment.txid, booked: shown(payment), found: "no such transfer" },
});

const stray = (transfer: StrayTransfer): Difference => ({
  code: "TRANSFER_UNEXPLAINED",
  ...{ txid: transfer.txid, booked: "nothing", found: shown(transfer) },
});
