import { readSettings } from "../../offchain/config/settings.ts";
import { payoutStatus } from "../../offchain/payouts/payout-status.ts";
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
    terminal.table(
      open.slice(0, SHOWN).map(({ payoutId, status: state, to, amount, error = "", txid = "" }) => ({
        payout: payoutId,
        status: state,
        to,
        USDT: formatUsdt(amount),
        why: error,
        transaction: txid,
      })),
    );
    if (open.length > SHOWN) terminal.line(`and ${open.length - SHOWN} more (--json shows all)`);
    return { value: { ...(month && { month }), statuses, open } };
  });
}
