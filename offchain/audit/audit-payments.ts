import { groupBy } from "../group-by.ts";
import { PayoutError } from "../payouts/errors.ts";
import { type Month, monthsNamed } from "../payouts/month.ts";
import type { ChainPayment } from "../payouts/reconcile/differences.ts";
import type { Statement } from "../payouts/statement.ts";
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

/** What is to be paid, by which router: a row of a statement, or a request. */
interface Planned {
  readonly router: string;
  readonly to: string;
  readonly amount: bigint;
}

/**
 * Holds what the routers paid to the statements and to the requests: each row at most once, by its router, to its payee, in
 * full, while he was not on the blacklist, and the token moved as the router says; what the store says of each payout to
 * what was paid; what the routers opened, and what left their treasuries, to what was planned.
 *
 * @returns the number of payments on chain
 * @throws {TronError}
 */
export async function auditPayments(
  { isWithin, signal, onBlocks }: AuditPaymentsOptions,
  { store, folder, tron }: AuditPaymentsModules,
  report: Report,
): Promise<number> {
  const { payments, strays, opened } = await tron.movements(onBlocks);
  const book = new PaymentBook(payments);
  const judge = new PaymentJudge(tron, report);
  const roots = new Set<string>();
  // Listed again: reading the blocks took its time.
  const names = new Set(await folder.months());
  for await (const payout of eachDocument((page) => store.payouts.allById(page))) {
    signal?.throwIfAborted();
    const { _id: payoutId, month, created_at: at, plan_root: root } = payout;
    if (root !== undefined) roots.add(`${payout.router} ${root}`);
    if (month !== undefined) names.add(month);
    else if (isWithin(at)) await judge.payout(plannedOf(payout), payout, book.take(payoutId), { payoutId });
    else book.take(payoutId);
  }
  for (const month of monthsNamed(names)) {
    const isAudited = isWithin(month.startsAt, month.endsAt - 1);
    const statement = await statementOf(month, folder);
    const rows = new Map(statement?.rows.map((row) => [row.payoutId, row]));
    for (const { router } of rows.values()) roots.add(`${router} ${statement?.root}`);
    for await (const payout of eachDocument((page) => store.payouts.byMonth(month.name, page))) {
      signal?.throwIfAborted();
      const { _id: payoutId } = payout;
      const row = rows.get(payoutId);
      rows.delete(payoutId);
      const paid = book.take(payoutId);
      // Of another month they are planned all the same.
      if (!isAudited) continue;
      await judge.payout(row ?? plannedOf(payout), payout, paid, { month: month.name, payoutId });
    }
    for (const row of rows.values()) {
      const paid = book.take(row.payoutId);
      if (isAudited) await judge.payments(row, paid, { month: month.name, payoutId: row.payoutId });
    }
  }
  for (const { payoutId, txid, to, amount, at } of book.left()) {
    if (!isWithin(at)) continue;
    const found = shown({ to, amount });
    report({ code: "PAYMENT_UNPLANNED", place: { payoutId, txid }, expected: "no payment", found });
  }
  for (const { txid, to, amount, at } of strays) {
    if (!isWithin(at) || judge.explained.has(txid)) continue;
    const found = shown({ to, amount });
    report({
      code: "TRANSFER_UNEXPLAINED",
      place: { txid },
      expected: "no transfer from the treasury",
      found,
    });
  }
  for (const { router, root, at } of opened) {
    if (!isWithin(at) || roots.has(`${router} ${root}`)) continue;
    report({
      code: "STATEMENT_UNKNOWN",
      place: {},
      expected: "a statement in the store",
      found: `${root} at ${router}`,
    });
  }
  return payments.filter(({ at }) => isWithin(at)).length;
}

const plannedOf = ({ to_addr: to, usdt_amount: amount, router }: PayoutDocument): Planned => ({
  router,
  to,
  amount,
});

const shown = ({ to, amount }: Pick<Planned, "to" | "amount">) => `${amount} to ${to}`;

/** A month's statement; none where it is absent or damaged, which is a finding of its own. */
async function statementOf({ name }: Month, folder: StatementFolder): Promise<Statement | undefined> {
  const stored = await folder.read(name).catch((error: unknown) => {
    if (error instanceof PayoutError && error.details.code === "STATEMENT_MALFORMED") return undefined;
    throw error;
  });
  return stored?.statement;
}

/** Payments by payoutId; what is left in the end is explained by nothing. */
class PaymentBook {
  readonly #byPayout: Map<string, ChainPayment[]>;

  constructor(payments: readonly ChainPayment[]) {
    this.#byPayout = groupBy(payments, ({ payoutId }) => payoutId);
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
  /** Transactions of payments that were found by their documents alone. */
  readonly explained = new Set<string>();
  readonly #tron: TronView;
  readonly #report: Report;

  constructor(tron: TronView, report: Report) {
    this.#tron = tron;
    this.#report = report;
  }

  /** What was paid against what was planned, and what the store says of it against what was paid. */
  async payout(
    planned: Planned,
    document: PayoutDocument,
    read: readonly ChainPayment[],
    place: PayoutPlace,
  ): Promise<void> {
    const { status, txid } = document;
    const payments = read.length > 0 ? read : await this.#named(document);
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
    const { router, to, amount, txid, block, isTransferred } = first;
    const place = { ...at, txid };
    if (router !== planned.router) {
      this.#report({ code: "PAYMENT_ROUTER_DIFFERS", place, expected: planned.router, found: router });
    }
    if (to !== planned.to) {
      this.#report({ code: "PAYMENT_PAYEE_DIFFERS", place, expected: planned.to, found: to });
    } else if (amount !== planned.amount) {
      const expected = `${planned.amount}`;
      this.#report({ code: "PAYMENT_AMOUNT_DIFFERS", place, expected, found: `${amount}` });
    }
    if (!isTransferred) {
      const found = "no such transfer";
      this.#report({ code: "PAYMENT_WITHOUT_TRANSFER", place, expected: shown(first), found });
    }
    if (await this.#tron.wasBlacklisted(to, block)) {
      this.#report({ code: "PAYMENT_PAYEE_BLACKLISTED", place, expected: "held", found: `paid to ${to}` });
    }
  }

  /** A payment that was made since the blocks were read, before the first of them, or by a router of earlier days. */
  async #named({ _id: payoutId, status, txid, router }: PayoutDocument): Promise<ChainPayment[]> {
    if (status !== "confirmed" || txid === undefined) return [];
    const found = (await this.#tron.paymentsIn(txid, router)).filter((one) => one.payoutId === payoutId);
    if (found.length > 0) this.explained.add(txid);
    return found;
  }
}
