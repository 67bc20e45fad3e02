import type { Statement } from "../../offchain/payouts/statement.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import { counted } from "../counted.ts";
import type { Terminal } from "../run-task.ts";

/** Rows that a person looks at before signing. */
const LARGEST = 10;

const totalOf = (amounts: readonly { readonly amount: bigint }[]) =>
  amounts.reduce((sum, { amount }) => sum + amount, 0n);

/** Prints a statement's sums and its largest rows. */
export function printStatement(terminal: Terminal, statement: Statement, hash: string): void {
  const { month, budget, epochs, rows, carried, returned, root } = statement;
  terminal.line(
    `Statement of ${month.name}: ${formatUsdt(totalOf(rows))} USDT to ${counted(rows.length, "payee")}`,
  );
  terminal.line(
    `  budget ${formatUsdt(budget)} USDT, returned to it ${formatUsdt(totalOf(returned))} USDT (${counted(returned.length, "share")})`,
  );
  terminal.line(
    `  carried over ${formatUsdt(totalOf(carried))} USDT of ${counted(carried.length, "entity", "entities")}`,
  );
  terminal.line(`  ${counted(epochs.length, "epoch")} of credits`);
  terminal.line(`  root ${root}`);
  terminal.line(`  hash ${hash}`);
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
