import { SolidPayments } from "../../../offchain/audit/solid-payments.ts";
import { connectNode } from "../../../offchain/consensus/node/connect-node.ts";
import { createLogger } from "../../../offchain/logger.ts";
import { parseMonth } from "../../../offchain/payouts/month.ts";
import type { StoredStatement } from "../../../offchain/payouts/statement-folder.ts";
import { formatUsdt } from "../../../offchain/payouts/usdt.ts";
import { planDeployment } from "../../payout/planning.ts";
import type { DemoContext, PartResult } from "../demo-context.ts";
import { Expectations } from "../expectations.ts";
import { explainStep, reconcileStep } from "./check-steps.ts";
import { type MonthAct, planModules } from "./month-act.ts";
import { payStep, prepareStep } from "./pay-steps.ts";
import { approveStep, planStep } from "./plan-steps.ts";
import { BUDGET, TronScene } from "./tron-scene.ts";

/** The month that the epoch ends. */
const MONTH = "2026-11";

/** A month on TRON: planned, approved, paid; who is not paid, and why; and what everybody can check. */
export async function payoutsPart(context: DemoContext): Promise<PartResult> {
  const { narrator, chain, clock, cast, firstSlot, dataDir } = context;
  const month = parseMonth(MONTH);
  if (cast === undefined || month === undefined) throw new TypeError("nodes come before their pay");
  const expectations = new Expectations(narrator);

  await context.stopNodes();
  narrator.step("Start a TRON node in this process and deploy what pays (payout deploy)");
  const scene = await TronScene.open(context);
  context.tronNode = scene;
  const { token, ledger, v0, kyc } = scene.contracts;
  narrator.say(`TetherOnTron     ${token}, which behaves as Tether's does`);
  narrator.say(`PayoutLedger     ${ledger}`);
  narrator.say(`PayoutRouterV0   ${v0}`);
  narrator.say(`PayoutRouterKYC  ${kyc}`);

  const settings = { ...chain.settings, dataDir, tronChainId: scene.node.chainId, payoutRouterKyc: kyc };
  const { provider, evm, store } = chain;
  const connections = { provider, evm, store, clock, logger: createLogger("silent") };
  const node = await connectNode(settings, connections);
  await using _verifier = { [Symbol.asyncDispose]: () => node.verifier.close() };
  const act: MonthAct = {
    ...{ context, cast, scene, expectations, month, node },
    deployment: planDeployment(month, { settings, firstSlot }),
    modules: planModules(store, node, dataDir),
  };
  await planStep(act);
  const approved = await approveStep(act);
  const changed = await prepareStep(act, approved);
  const summary = await payStep(act, approved);
  const differences = await reconcileStep(act);
  const explained = await explainStep(act, approved);
  const { terms } = scene;
  const payments = new SolidPayments({ routers: terms.routers, token, firstBlock: async () => 0 }, scene);
  const { payoutId, amount: planned } = changed;
  context.month = { month, settings, terms, payments, changed: { payoutId, planned } };

  const rows = await payoutRows(act, approved);
  narrator.table(
    rows.map(({ entity, credits, amount, status, error = "" }) => ({
      entity,
      credits,
      USDT: formatUsdt(amount),
      status,
      why: error,
    })),
  );
  const { hash, statement } = approved;
  const { amount, transactions, fees } = summary;
  const value = {
    payouts: {
      ...{ month: MONTH, hash, root: statement.root, budget: BUDGET, paid: amount, transactions, fees },
      ...{ rows, differences, explained },
    },
  };
  return { value, failures: expectations.failures };
}

/** The statement's rows, largest first, each with its outcome. */
async function payoutRows({ context, cast }: MonthAct, { statement }: StoredStatement) {
  const rows = [];
  for (const { payoutId, entityId, to, credits, amount } of statement.rows) {
    const document = await context.chain.store.payouts.get(payoutId);
    const { status, error, txid } = document ?? {};
    rows.push({ payoutId, entity: cast.nameOf(entityId), to, credits, amount, status, error, txid });
  }
  return rows.sort((a, b) => Number(b.amount - a.amount));
}
