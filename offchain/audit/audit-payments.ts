import { PayoutError } from "../payouts/errors.ts";
import { type Month, parseMonth } from "../payouts/month.ts";
import type { ChainPayment } from "../payouts/reconcile/differences.ts";
import type { StatementRow } from "../payouts/statement.ts";
import type { StatementFolder } from "../payouts/statement-folder.ts";
import type { PayoutDocument } from "../store/documents.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import type { Report } from "./finding.ts";
import type { TronView } from "./tron-view.ts";

export interface AuditPaymentsOptions {
  /** Whether a time, or any of the times up to another, in Unix milliseconds, is among those to audit. */
  readonly isWithin: (from: number, until?: number) => boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onBlocks?: (done: number, total: number) => void;
}

export interface AuditPaymentsModules {
  readonly store: Pick<Store, "payouts">;
  readonly folder: StatementFolder;
  readonly tron: TronView;
}

/** What is to be paid: a row of a statement, or a request. */
type Planned = Pick<StatementRow, "to" | "amount">;

/**
 * Holds what the routers paid to the statements and to the requests: each row at most once, to its payee, in full, while
 * he was not on the blacklist, and the token moved as the router says; what the store says of each payout to what was
 * paid; and the treasury to what was paid from it.
 *
 * @returns the number of payments on chain
 * @throws {TronError}
 */
export async function auditPayments(
  { isWithin, signal, onBlocks }: AuditPaymentsOptions,
  { store, folder, tron }: AuditPaymentsModules,
  report: Report,
): Promise<number> {
  const { payments, strays } = await tron.movements(onBlocks);
  const book = new PaymentBook(payments);
  const judge = new PaymentJudge(tron, report);
  const names = new Set(await folder.months());
  for await (const payout of eachDocument((page) => store.payouts.allById(page))) {
    const { _id: payoutId, month, created_at: at } = payout;
    if (month !== undefined) names.add(month);
    else if (isWithin(at)) await judge.payout(plannedOf(payout), payout, book.take(payoutId), { payoutId });
    else book.take(payoutId);
  }
  for (const month of [...names].sort().flatMap((name) => parseMonth(name) ?? [])) {
    const isAudited = isWithin(month.startsAt, month.endsAt - 1);
    const rows = await rowsOf(month, folder);
    for await (const payout of eachDocument((page) => store.payouts.byMonth(month.name, page))) {
      signal?.throwIfAborted();
      const { _id: payoutId } = payout;
      const row = rows.get(payoutId);
      rows.delete(payoutId);
      const payments = book.take(payoutId);
      // Of another month they are planned all the same.
      if (!isAudited) continue;
      await judge.payout(row ?? plannedOf(payout), payout, payments, { month: month.name, payoutId });
    }
    for (const row of rows.values()) {
      const payments = book.take(row.payoutId);
      if (isAudited) await judge.payments(row, payments, { month: month.name, payoutId: row.payoutId });
    }
  }
  for (const { payoutId, txid, to, amount, at } of book.left()) {
    if (!isWithin(at)) continue;
    const found = shown({ to, amount });
    report({ code: "PAYMENT_UNPLANNED", place: { payoutId, txid }, expected: "no payment", found });
  }
  for (const { txid, to, amount, at } of strays) {
    if (!isWithin(at)) continue;
    const found = shown({ to, amount });
    report({
      code: "TRANSFER_UNEXPLAINED",
      place: { txid },
      expected: "no transfer from the treasury",
      found,
    });
  }
  return payments.filter(({ at }) => isWithin(at)).length;
}

const plannedOf = ({ to_addr: to, usdt_amount: amount }: PayoutDocument): Planned => ({ to, amount });

const shown = ({ to, amount }: Planned) => `${amount} to ${to}`;

/** Rows of a month by payoutId; none where its statement is absent or damaged, which is a finding of its own. */
async function rowsOf({ name }: Month, folder: StatementFolder): Promise<Map<string, StatementRow>> {
  const stored = await folder.read(name).catch((error: unknown) => {
    if (error instanceof PayoutError && error.details.code === "STATEMENT_MALFORMED") return undefined;
    throw error;
  });
  return new Map(stored?.statement.rows.map((row) => [row.payoutId, row]));
}

/** Payments by payoutId; what is left in the end is explained by nothing. */
class PaymentBook {
  readonly #byPayout = new Map<string, ChainPayment[]>();

  constructor(payments: readonly ChainPayment[]) {
    for (const payment of payments) {
      const known = this.#byPayout.get(payment.payoutId);
      if (known === undefined) this.#byPayout.set(payment.payoutId, [payment]);
      else known.push(payment);
    }
  }

  take(payoutId: string): readonly ChainPayment[] {
    const taken = this.#byPayout.get(payoutId) ?? [];
    this.#byPayout.delete(payoutId);
    return taken;
  }

  left(): ChainPayment[] {
    return [...this.#byPayout.values()].flat();
  }
}

interface PayoutPlace {
  readonly month?: string;
  readonly payoutId: string;
}

class PaymentJudge {
  readonly #tron: TronView;
  readonly #report: Report;

  constructor(tron: TronView, report: Report) {
    this.#tron = tron;
    this.#report = report;
  }

  /** What was paid against what was planned, and what the store says of it against what was paid. */
  async payout(
    planned: Planned,
    { status, txid }: PayoutDocument,
    payments: readonly ChainPayment[],
    place: PayoutPlace,
  ): Promise<void> {
    await this.payments(planned, payments, place);
    const [payment] = payments;
    if (payment === undefined) {
      if (status !== "confirmed") return;
      this.#report({ code: "PAYMENT_ABSENT", place, expected: txid ?? "a payment", found: "no payment" });
      return;
    }
    // Broadcast a moment ago: the service has still to see it.
    const isUnderWay = status === "signed" || status === "broadcast";
    if (status !== "confirmed" && !isUnderWay) {
      this.#report({ code: "PAYMENT_NOT_ENTERED", place, expected: "confirmed", found: status });
    } else if (txid !== undefined && txid !== payment.txid) {
      const at = { ...place, field: "txid" };
      this.#report({ code: "PAYMENT_NOT_ENTERED", place: at, expected: payment.txid, found: txid });
    }
  }

  async payments(
    planned: Planned,
    [first, ...others]: readonly ChainPayment[],
    at: PayoutPlace,
  ): Promise<void> {
    if (first === undefined) return;
    for (const other of others) {
      const place = { ...at, txid: other.txid };
      const expected = `once, by ${first.txid}`;
      this.#report({ code: "PAYMENT_TWICE", place, expected, found: shown(other) });
    }
    const { to, amount, txid, block, isTransferred } = first;
    const place = { ...at, txid };
    if (to !== planned.to) {
      this.#report({ code: "PAYMENT_PAYEE_DIFFERS", place, expected: planned.to, found: to });
    } else if (amount !== planned.amount) {
      const expected = `${planned.amount}`;
      this.#report({ code: "PAYMENT_AMOUNT_DIFFERS", place, expected, found: `${amount}` });
    } else if (!isTransferred) {
      const found = "no such transfer";
      this.#report({ code: "PAYMENT_WITHOUT_TRANSFER", place, expected: shown(first), found });
    }
    if (await this.#tron.wasBlacklisted(to, block)) {
      this.#report({ code: "PAYMENT_PAYEE_BLACKLISTED", place, expected: "held", found: `paid to ${to}` });
    }
  }
}
