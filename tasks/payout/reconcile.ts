import { readSettings } from "../../offchain/config/settings.ts";
import { type Difference, differencesOf } from "../../offchain/payouts/reconcile/differences.ts";
import { readBooks } from "../../offchain/payouts/reconcile/read-books.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import { counted } from "../counted.ts";
import { parseWhole } from "../options.ts";
import { runTask, type Terminal } from "../run-task.ts";
import { openTaskStore } from "../store-context.ts";
import { openPayouts, requireFirstBlock } from "./tron.ts";

export default async function reconcile(args: { fromBlock: string; json: boolean }) {
  return await runTask(args, async (terminal, signal) => {
    const context = await openPayouts(readSettings(process.env));
    const { tron, chain, routers, ledger, settings } = context;
    const asked = args.fromBlock === "" ? undefined : parseWhole("--from-block", args.fromBlock);
    await tron.requireNetwork();
    const fromBlock = await requireFirstBlock("--from-block", asked, context);
    await using store = await openTaskStore(settings, { readOnly: true });
    const books = await readBooks(
      { routers, ledger, fromBlock },
      {
        ...{ payouts: store.payouts, tron, chain, signal },
        onBlock: (block, last) => terminal.tick(`read block ${block} of ${last}`),
      },
    );
    const differences = differencesOf(books);
    const confirmed = books.documents.filter(({ status }) => status === "confirmed");
    const amount = confirmed.reduce((sum, document) => sum + document.amount, 0n);
    terminal.line(
      `${counted(confirmed.length, "confirmed payout")}, ${formatUsdt(amount)} USDT; ${counted(books.payments.length, "payment")} on chain (blocks ${books.blocks.first} to ${books.blocks.last})`,
    );
    for (const difference of differences) printDifference(terminal, difference);
    terminal.line(
      differences.length === 0 ? "No differences." : `${counted(differences.length, "difference")}.`,
    );
    const { blocks, payments } = books;
    const value = { confirmed: confirmed.length, amount, payments: payments.length, blocks, differences };
    return { value, failed: differences.length > 0 };
  });
}

/** In lines: a table cuts the texts by which the two sides differ. */
function printDifference(terminal: Terminal, { code, payoutId, txid, booked, found }: Difference): void {
  terminal.line(code);
  if (payoutId !== undefined) terminal.line(`  payout ${payoutId}`);
  if (txid !== undefined) terminal.line(`  transaction ${txid}`);
  terminal.line(`  booked: ${booked}`);
  terminal.line(`  found: ${found}`);
}
