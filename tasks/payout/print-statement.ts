import type { Statement } from "../../offchain/payouts/statement.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import type { Terminal } from "../run-task.ts";

/** Rows that a person looks at before signing. */
const LARGEST = 10;

const totalOf = (amounts: readonly { readonly amount: bigint }[]) =>
  amounts.reduce((sum, { amount }) => sum + amount, 0n);

/** Prints a statement's sums and its largest rows. */
export function printStatement(terminal: Terminal, statement: Statement, hash: string): void {
  const { month, budget, epochs, rows, carried, returned, root } = statement;
  terminal.line(`Statement of ${month.name}: ${formatUsdt(totalOf(rows))} USDT to ${rows.length} payees`);
  terminal.line(
    `  budget ${formatUsdt(budget)} USDT, returned to it ${formatUsdt(totalOf(returned))} USDT (${returned.length} shares)`,
  );
  terminal.line(`  carried over ${formatUsdt(totalOf(carried))} USDT of ${carried.length} entities`);
  terminal.line(`  ${epochs.length} epochs, root ${root}, hash ${hash}`);
  const largest = rows.toSorted((a, b) => (a.amount > b.amount ? -1 : a.amount < b.amount ? 1 : 0));
  terminal.table(
    largest.slice(0, LARGEST).map(({ entityId, to, credits, share, carry, amount }) => ({
      entity: entityId,
      to,
      credits,
      share: formatUsdt(share),
      carry: formatUsdt(carry),
      amount: formatUsdt(amount),
    })),
  );
}

/** A statement's sums, for machines; amounts in micro-USDT. */
export function statementSummary(statement: Statement, hash: string, file: string) {
  const { month, budget, minimum, epochs, rows, carried, returned, root, routers } = statement;
  return {
    month: month.name,
    period: month.period,
    file,
    hash,
    root,
    budget,
    minimum,
    epochs: epochs.length,
    payees: rows.length,
    total: totalOf(rows),
    carriedCount: carried.length,
    carried: totalOf(carried),
    returnedCount: returned.length,
    returned: totalOf(returned),
    routers,
  };
}
