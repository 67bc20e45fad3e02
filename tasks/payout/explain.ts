import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { parseAddress } from "../../offchain/config/parse-address.ts";
import { slotsInEpoch } from "../../offchain/consensus/node/epoch-checkpoint.ts";
import { explainPayout, type PayoutExplanation, workInSlots } from "../../offchain/payouts/explain-payout.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import { runTask, type Terminal } from "../run-task.ts";
import { readMonth } from "./options.ts";
import { openPlanning } from "./planning.ts";
import { readCredits } from "./read-credits.ts";

interface ExplainArguments {
  entity: string;
  month: string;
  brief: boolean;
  json: boolean;
}

export default async function explain(args: ExplainArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const month = readMonth(args.month);
    const source = { code: "ARGUMENT_INVALID", argument: "entity" } as const;
    const entityId = parseAddress(source, args.entity).toLowerCase();
    await using context = await openPlanning(hre, terminal, signal);
    const { store, folder, settings, signers, firstSlot } = context;
    const explanation = await explainPayout({ month, entityId, quorum: settings.checkpointQuorum }, signers, {
      store,
      folder,
      readCredits: (epoch, root, entity) => readCredits(epoch, root, entity, context),
      readWork: args.brief
        ? undefined
        : (epoch, entity) => workInSlots(slotsInEpoch(epoch, firstSlot), entity, store),
      onEpoch: (done, total) => terminal.tick(`checked ${done} of ${total} epochs`),
    });
    print(terminal, explanation);
    return { value: documentOf(explanation), failed: explanation.checks.some(({ holds }) => !holds) };
  });
}

function print(terminal: Terminal, explanation: PayoutExplanation): void {
  const { stored, row, epochs, totalCredits, divided, payment, payoutId, checks } = explanation;
  const { month } = stored.statement;
  terminal.line(`Proofs and credits of ${row.entityId} in ${month.name}:`);
  terminal.table(
    epochs
      .filter(({ rank }) => rank > 0)
      .map(({ epoch, credits, rank, attestations, work }) => ({
        epoch,
        ...work,
        credits,
        rank,
        attestations,
      })),
  );
  terminal.line(
    `Share: ${row.credits} of ${totalCredits} credits, ${formatUsdt(row.share)} of ${formatUsdt(divided)} USDT; carried over to it ${formatUsdt(row.carry)} USDT`,
  );
  if ("reason" in row)
    terminal.line(`Not paid: ${formatUsdt(row.amount)} USDT are carried over (${row.reason})`);
  else
    terminal.line(
      `Payment: ${formatUsdt(row.amount)} USDT to ${row.to} through ${row.router}, payoutId ${payoutId}`,
    );
  if (payment !== undefined) terminal.line(`Transaction: ${payment.status}, ${payment.txid ?? "none yet"}`);
  terminal.table(checks.map(({ check, holds, detail }) => ({ check, holds: holds ? "yes" : "NO", detail })));
}

function documentOf({
  stored,
  row,
  payoutId,
  path,
  epochs,
  totalCredits,
  divided,
  payment,
  checks,
}: PayoutExplanation) {
  const { statement, hash } = stored;
  const { month, root } = statement;
  return {
    month: month.name,
    hash,
    root,
    payoutId,
    row,
    path,
    totalCredits,
    divided,
    epochs,
    payment,
    checks,
  };
}
