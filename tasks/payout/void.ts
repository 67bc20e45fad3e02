import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readSettings } from "../../offchain/config/settings.ts";
import { StatementFolder } from "../../offchain/payouts/statement-folder.ts";
import { formatTrx } from "../../offchain/payouts/tron/fees.ts";
import { voidCalls } from "../../offchain/payouts/void-calls.ts";
import { counted } from "../counted.ts";
import { runTask } from "../run-task.ts";
import { openTaskStore } from "../store-context.ts";
import { readMonth, readSigners } from "./options.ts";
import { openSender, openTron } from "./tron.ts";

interface VoidArguments {
  month: string;
  dryRun: boolean;
  json: boolean;
}

export default async function voidShares(args: VoidArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const month = readMonth(args.month).name;
    const settings = readSettings(process.env);
    const context = openTron(settings);
    await context.tron.requireNetwork();
    const stored = await new StatementFolder(settings.dataDir).require(month);
    await using store = await openTaskStore(settings, { readOnly: true });
    const modules = { chain: context.chain, payouts: store.payouts };
    const { calls, voided: before, leftOut } = await voidCalls(stored, readSigners(settings), modules);
    for (const { payoutId, reason } of leftOut) terminal.line(`${payoutId} is left out: ${reason}.`);
    if (calls.length === 0) {
      terminal.line(
        `Nothing is left to be voided with ${month}; voided before: ${counted(before, "payout")}.`,
      );
      return { value: { month, voided: 0, before, leftOut, fees: 0n } };
    }
    const sender = await openSender(hre, "TRON_DISBURSER_KEY", "it sends the voids", context, signal);
    if (args.dryRun) {
      let fees = 0n;
      for (const call of calls) fees += (await sender.feesOf(call)).expected;
      terminal.line(`${counted(calls.length, "payout")} would be voided, for about ${formatTrx(fees)} TRX.`);
      return { value: { month, voided: 0, before, leftOut, fees } };
    }
    terminal.progress(`voiding ${counted(calls.length, "payout")}…`);
    const infos = await sender.sendAll(calls);
    const fees = infos.reduce((sum, { fee }) => sum + fee, 0n);
    terminal.line(
      `${counted(calls.length, "payout")} voided, for ${formatTrx(fees)} TRX; payout run marks what is voided.`,
    );
    return { value: { month, voided: calls.length, before, leftOut, fees } };
  });
}
