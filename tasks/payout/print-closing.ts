import type { StatementAtRouter, StatementToClose } from "../../offchain/payouts/statement-to-close.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import type { Terminal } from "../run-task.ts";

/** What is closed, before anybody signs it. */
export function printStatementToClose(
  terminal: Terminal,
  { name, router }: StatementToClose,
  { statement, onChain: { total, paid } }: StatementAtRouter,
): void {
  terminal.line(`Statement of ${name} at ${router.address}:`);
  terminal.line(`  root ${statement.root}`);
  terminal.line(`  ${formatUsdt(total)} USDT, of which ${formatUsdt(paid)} are paid`);
  terminal.line(`Once it is closed, the other ${formatUsdt(total - paid)} USDT can never be paid from it.`);
}

/** What `payout close --json` has of it. @param file of the closing */
export function closingSummary(
  { name, router, period, chainId }: StatementToClose,
  { statement, onChain: { total, paid } }: StatementAtRouter,
  file: string,
) {
  const named = router.kind === "kyc" ? { month: name } : { reference: name };
  return { ...named, router: router.address, chainId, period, root: statement.root, total, paid, file };
}
