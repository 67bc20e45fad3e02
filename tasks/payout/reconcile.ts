import { readSettings } from "../../offchain/config/settings.ts";
import { differencesOf } from "../../offchain/payouts/reconcile/differences.ts";
import { readBooks } from "../../offchain/payouts/reconcile/read-books.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import { parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";
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
      `${confirmed.length} confirmed payouts, ${formatUsdt(amount)} USDT; ${books.payments.length} payments on chain (blocks ${books.blocks.first} to ${books.blocks.last})`,
    );
    terminal.table(
      differences.map(({ code, payoutId = "", txid = "", booked, found }) => ({
        difference: code,
        payout: payoutId,
        transaction: txid,
        booked,
        found,
      })),
    );
    terminal.line(differences.length === 0 ? "No differences." : `${differences.length} differences.`);
    const { blocks, payments } = books;
    const value = { confirmed: confirmed.length, amount, payments: payments.length, blocks, differences };
    return { value, failed: differences.length > 0 };
  });
}
