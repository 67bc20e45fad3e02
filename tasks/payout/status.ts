import { readSettings } from "../../offchain/config/settings.ts";
import { payoutStatus, whyOpen } from "../../offchain/payouts/payout-status.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import { runTask } from "../run-task.ts";
import { openTaskStore } from "../store-context.ts";
import { readMonth } from "./options.ts";

/** Rows of the table; --json has all. */
const SHOWN = 50;

export default async function status(args: { month: string; json: boolean }) {
  return await runTask(args, async (terminal) => {
    const month = args.month === "" ? undefined : readMonth(args.month).name;
    await using store = await openTaskStore(readSettings(process.env), { readOnly: true });
    const { statuses, open } = await payoutStatus(month, store.payouts);
    terminal.table(
      Object.entries(statuses).map(([name, { count, amount }]) => ({
        status: name,
        payouts: count,
        USDT: formatUsdt(amount),
      })),
    );
    const shown = open.slice(0, SHOWN);
    const hasTransactions = shown.some(({ txid }) => txid !== undefined);
    terminal.table(
      shown.map((payout) => ({
        payout: payout.payoutId,
        status: payout.status,
        to: payout.to,
        USDT: formatUsdt(payout.amount),
        why: whyOpen(payout),
        ...(hasTransactions && { transaction: payout.txid ?? "" }),
      })),
    );
    if (open.length > SHOWN) terminal.line(`and ${open.length - SHOWN} more (--json shows all)`);
    return { value: { ...(month && { month }), statuses, open } };
  });
}
