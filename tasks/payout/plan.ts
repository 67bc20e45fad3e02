import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { planMonth, reproducePlan, storedPlan } from "../../offchain/payouts/plan-month.ts";
import { requireSigner } from "../../offchain/payouts/signers.ts";
import { requireSignatures, signStatement } from "../../offchain/payouts/statement-signatures.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";
import { readMonth, readUsdt } from "./options.ts";
import { openPlanning, payingTerms, planDeployment, voidRequest } from "./planning.ts";
import { printStatement, statementSummary } from "./print-statement.ts";

interface PlanArguments {
  month: string;
  budget: string;
  minimum: string;
  json: boolean;
}

export default async function plan(args: PlanArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const month = readMonth(args.month);
    const budget = readUsdt("--budget", args.budget);
    const minimum = readUsdt("--minimum", args.minimum);
    const wallet = await readWallet(hre, "LUCID_PLANNER_KEY", "it signs the plan");
    const options = { month, budget, minimum };
    await using context = await openPlanning(hre, terminal, signal, async (offline) => {
      requireSigner("planner", wallet.address, offline.signers);
      payingTerms(offline.settings);
      await storedPlan(options, offline);
    });
    const { folder, signers } = context;
    await context.requireSigners();
    const deployment = planDeployment(month, context);
    const { composed, stored } = await planMonth(options, deployment, context.modules);
    const { statement } = composed;
    const hash = stored?.hash ?? (await folder.write(statement));
    const hashed = { statement, hash };
    if (stored?.signatures.planner === undefined) {
      // A plan that was killed before it was signed; or a file that somebody put there.
      if (stored !== undefined) await reproducePlan(stored, deployment, context.modules);
      const planner = await signStatement(wallet, hashed, await voidRequest(month, context));
      await folder.writeSignatures(month.name, { ...stored?.signatures, planner });
    } else requireSignatures("planner", hashed, stored.signatures.planner, signers.planner);
    printStatement(terminal, statement, hash);
    const file = folder.fileOf(month.name);
    terminal.line(`Signed in ${file} and the file of signatures beside it; the approver needs both.`);
    return {
      value: { ...statementSummary(statement, hash, file), planned: stored === undefined ? "now" : "before" },
    };
  });
}
