import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { enterPayouts } from "../../offchain/payouts/enter-payouts.ts";
import { reproducePlan } from "../../offchain/payouts/plan-month.ts";
import { requireSigner } from "../../offchain/payouts/signers.ts";
import type { StoredStatement } from "../../offchain/payouts/statement-folder.ts";
import { requireSignatures, signStatement } from "../../offchain/payouts/statement-signatures.ts";
import { counted } from "../counted.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";
import { isConfirmed, requireAnswerable } from "./confirm.ts";
import { readMonth } from "./options.ts";
import { openPlanning, type PlanningContext, payingTerms, planDeployment, voidRequest } from "./planning.ts";
import { printStatement, statementSummary } from "./print-statement.ts";

interface ApproveArguments {
  month: string;
  yes: boolean;
  json: boolean;
}

export default async function approve(args: ApproveArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const month = readMonth(args.month);
    requireAnswerable(args);
    const wallet = await readWallet(hre, "LUCID_APPROVER_KEY", "it approves the plan");
    await using context = await openPlanning(hre, terminal, signal, async (offline) => {
      requireSigner("approver", wallet.address, offline.signers);
      payingTerms(offline.settings);
      const planned = await offline.folder.require(month.name);
      requireSignatures("planner", planned, planned.signatures.planner, offline.signers.planner);
    });
    const { folder, signers, store } = context;
    await context.requireSigners();
    const stored = await folder.require(month.name);
    const { statement, hash, signatures } = stored;
    requireSignatures("planner", stored, signatures.planner, signers.planner);
    terminal.progress("recomputing the statement from store and chain…");
    await reproducePlan(stored, planDeployment(month, context), context.modules);
    printStatement(terminal, statement, hash);
    const file = folder.fileOf(month.name);
    const summary = statementSummary(statement, hash, file);
    if (!args.yes && !(await isConfirmed("Sign it and enter its payouts?", signal))) {
      terminal.line("Nothing was signed.");
      return { value: { ...summary, approved: false, entered: 0 }, failed: true };
    }
    const approver =
      signatures.approver ?? (await signStatement(wallet, stored, await agreedVoids(stored, context)));
    requireSignatures("approver", stored, approver, signers.approver);
    const approved = { ...stored, signatures: { ...signatures, approver } };
    await folder.writeSignatures(month.name, approved.signatures);
    const total = statement.rows.length;
    const entered = await enterPayouts(approved, store.payouts, (count) =>
      terminal.tick(`entered ${count} of ${total} payouts`),
    );
    terminal.line(
      `Approved: ${counted(entered, "payout")} entered as pending, ${total - entered} were there.`,
    );
    const voids = approver.voids.length;
    if (voids > 0)
      terminal.line(
        `${counted(voids, "held payout")} can be voided now (payout void --month ${month.name}).`,
      );
    return { value: { ...summary, approved: true, entered } };
  });
}

/** Those held payouts that the planner voids and that are still due: one that was freed since stays payable. */
async function agreedVoids({ statement, signatures }: StoredStatement, context: PlanningContext) {
  const due = await voidRequest(statement.month, context);
  if (due === undefined) return undefined;
  const planned = new Set(signatures.planner?.voids.map(({ payoutId }) => payoutId));
  return { ...due, payoutIds: due.payoutIds.filter((payoutId) => planned.has(payoutId)) };
}
