import type { Month } from "../payouts/month.ts";
import type { StoredStatement } from "../payouts/statement-folder.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import type { Report } from "./finding.ts";
import type { PaidEvent, TronView } from "./tron-view.ts";

export interface AuditPaymentsModules {
  readonly store: Pick<Store, "payouts">;
  readonly tron: TronView;
}

/**
 * Holds what the routers paid for a month to its statement: each row at most once, to its payee, in full, and the token
 * moved as the router says; and what the store says of each payout to what was paid.
 */
export async function auditPayments(
  month: Month,
  stored: StoredStatement | undefined,
  { store, tron }: AuditPaymentsModules,
  report: Report,
): Promise<void> {
  const rows = new Map(stored?.statement.rows.map((row) => [row.payoutId, row]));
  const paid = new Map<string, PaidEvent>();
  for await (const page of tron.paidEvents(month.name)) {
    for (const event of page) {
      const { payoutId, to, amount, txid } = event;
      const place = { month: month.name, payoutId, txid };
      const row = rows.get(payoutId);
      const first = paid.get(payoutId);
      if (first !== undefined) {
        report({
          code: "PAYMENT_TWICE",
          place,
          expected: `once, by ${first.txid}`,
          found: `${amount} to ${to}`,
        });
        continue;
      }
      paid.set(payoutId, event);
      if (row === undefined) {
        report({ code: "PAYMENT_UNPLANNED", place, expected: "no payment", found: `${amount} to ${to}` });
        continue;
      }
      if (to !== row.to) report({ code: "PAYMENT_PAYEE_DIFFERS", place, expected: row.to, found: to });
      else if (amount !== row.amount) {
        report({ code: "PAYMENT_AMOUNT_DIFFERS", place, expected: `${row.amount}`, found: `${amount}` });
      } else await auditTransfer(event, place, tron, report);
    }
  }
  for await (const payout of eachDocument((page) => store.payouts.byMonth(month.name, page))) {
    const event = paid.get(payout._id);
    const place = { month: month.name, payoutId: payout._id };
    if (payout.status === "confirmed" && event === undefined) {
      report({ code: "PAYMENT_ABSENT", place, expected: payout.txid ?? "a payment", found: "no payment" });
    }
    // Broadcast a moment ago: the service has still to see it.
    const isUnderWay = payout.status === "signed" || payout.status === "broadcast";
    if (event !== undefined && payout.status !== "confirmed" && !isUnderWay) {
      report({ code: "PAYMENT_NOT_ENTERED", place, expected: "confirmed", found: payout.status });
    } else if (event !== undefined && payout.txid !== undefined && payout.txid !== event.txid) {
      report({
        code: "PAYMENT_NOT_ENTERED",
        place: { ...place, field: "txid" },
        expected: event.txid,
        found: payout.txid,
      });
    }
  }
}

async function auditTransfer(
  { to, amount, txid, blockNumber }: PaidEvent,
  place: { readonly month: string; readonly payoutId: string; readonly txid: string },
  tron: TronView,
  report: Report,
): Promise<void> {
  const transfers = (await tron.transfersOf(txid)).filter((transfer) => transfer.to === to);
  if (!transfers.some((transfer) => transfer.amount === amount)) {
    const found = transfers.map((transfer) => `${transfer.amount}`).join(" ") || "no transfer";
    report({ code: "PAYMENT_WITHOUT_TRANSFER", place, expected: `${amount} to ${to}`, found });
  }
  if (!(await tron.wasBlacklisted(to, blockNumber))) return;
  report({ code: "PAYMENT_PAYEE_BLACKLISTED", place, expected: "held", found: `paid to ${to}` });
}
