import { SettingsError } from "../../offchain/config/errors.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { differencesOf } from "../../offchain/payouts/reconcile/differences.ts";
import { firstBlock } from "../../offchain/payouts/reconcile/first-block.ts";
import { readBooks } from "../../offchain/payouts/reconcile/read-books.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import { parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";
import { openTaskStore } from "../store-context.ts";
import { openPayouts } from "./tron.ts";

export default async function reconcile(args: { fromBlock: string; json: boolean }) {
  return await runTask(args, async (terminal, signal) => {
    const context = await openPayouts(readSettings(process.env));
    const { tron, chain, routers, ledger, settings } = context;
    const asked = args.fromBlock === "" ? undefined : parseWhole("--from-block", args.fromBlock);
    await tron.requireNetwork();
    const fromBlock = asked ?? (await firstBlock(routers, await context.file.read(), tron));
    if (fromBlock === undefined) throw unknownDeployment(context.file.path);
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

const unknownDeployment = (file: string) =>
  new SettingsError({
    code: "ARGUMENT_INVALID",
    argument: "--from-block",
    value: "",
    expected: `the block in which the routers were deployed, or an earlier one: ${file} does not have it`,
  });
