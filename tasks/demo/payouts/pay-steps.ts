import { sampleHash } from "../../../devnet/task-proofs.ts";
import { approvePayee } from "../../../offchain/payouts/approve-payee.ts";
import { HELD_FOR_KYC } from "../../../offchain/payouts/held-shares.ts";
import { PayoutService } from "../../../offchain/payouts/payout-service.ts";
import type { PayoutSummary } from "../../../offchain/payouts/service/payout-event.ts";
import type { StatementRow } from "../../../offchain/payouts/statement.ts";
import type { StoredStatement } from "../../../offchain/payouts/statement-folder.ts";
import { formatTrx } from "../../../offchain/payouts/tron/fees.ts";
import { formatUsdt } from "../../../offchain/payouts/usdt.ts";
import { payouts as payoutsSchema } from "../../../offchain/store/schema/index.ts";
import type { MonthAct } from "./month-act.ts";

/** Nobody in compliance has looked at the first; the row of the second is changed in the store. */
export const UNCHECKED = "silent";
export const CHANGED = "inventor";
/** micro-USDT that are added to the changed row. */
const ADDED = 500_000_000n;
const APPROVED_FOR_SEC = 30 * 86_400;

/** Compliance approves payees; and somebody writes a larger amount into the store. @returns the row that was changed */
export async function prepareStep(act: MonthAct, { statement }: StoredStatement): Promise<StatementRow> {
  const { context, cast, scene } = act;
  const { narrator, clock, chain } = context;
  const { payouts, engine } = chain.store;
  narrator.step("Approve the payees that compliance knows (payout kyc), and change a row");
  const checked = statement.rows.filter(({ entityId }) => cast.nameOf(entityId) !== UNCHECKED);
  for (const { payoutId, entityId } of checked) {
    const approval = {
      payoutId,
      kycHash: sampleHash(`demo kyc ${entityId}`),
      expiry: Math.floor(clock.now() / 1_000) + APPROVED_FOR_SEC,
    };
    await approvePayee(approval, scene.keys.compliance, scene.terms, payouts);
  }
  const row = rowOf(act, statement.rows, CHANGED);
  const { payoutId, amount } = row;
  // Past the code: the repository changes nothing that was planned.
  const written = amount + ADDED;
  await engine.compareAndSet(
    payoutsSchema,
    { _id: payoutId },
    { expected: { usdt_amount: { is: amount } }, set: { usdt_amount: written } },
  );
  narrator.say(
    `Compliance signs ${checked.length} approvals, each for one payment, payee and amount, and none for ${UNCHECKED}. Then somebody with access to the database makes ${formatUsdt(amount)} USDT of ${CHANGED} ${formatUsdt(written)} USDT.`,
  );
  return row;
}

/** One pass of the service that pays: everybody but those two. */
export async function payStep(act: MonthAct, { statement }: StoredStatement): Promise<PayoutSummary> {
  const { context, cast, scene, expectations } = act;
  const { narrator, chain } = context;
  const { payouts } = chain.store;
  const { tron, clock, contracts, keys, terms } = scene;
  narrator.step("Pay what both signed (payout run)");
  const before = await scene.balanceOf(scene.treasury);
  const options = {
    ...terms,
    ...{ token: contracts.token, ledger: contracts.ledger, disburserKey: keys.disburser },
    maxFee: chain.settings.payoutMaxFee,
  };
  const summary = await new PayoutService(options, { payouts, tron, clock }).run();
  narrator.say(
    `${summary.confirmed} payees have ${formatUsdt(summary.amount)} USDT: ${summary.transactions} transactions, ${formatTrx(summary.fees)} TRX burned. They count as paid once their block is solidified.`,
  );
  const held = await payouts.get(rowOf(act, statement.rows, UNCHECKED).payoutId);
  const refused = await payouts.get(rowOf(act, statement.rows, CHANGED).payoutId);
  narrator.say(`${UNCHECKED} is ${held?.status}: ${held?.error}, compliance has not approved the payment.`);
  narrator.say(`${CHANGED} is ${refused?.status}: ${refused?.error}.`);
  expectations.expect(
    held?.status === "held" && held.error === HELD_FOR_KYC,
    `The payout of ${UNCHECKED} is held for KYC; it is ${held?.status} (${held?.error}).`,
  );
  expectations.expect(
    refused?.status === "refused" && /does not lead to the root/.test(refused.error ?? ""),
    `The changed payout of ${CHANGED} is refused by its proof; it is ${refused?.status} (${refused?.error}).`,
  );
  let paid = 0n;
  for (const { entityId, to, amount } of statement.rows) {
    const name = cast.nameOf(entityId);
    const due = name === UNCHECKED || name === CHANGED ? 0n : amount;
    const balance = await scene.balanceOf(to);
    paid += balance;
    expectations.expect(
      balance === due,
      `${name} has exactly ${formatUsdt(due)} USDT; it has ${formatUsdt(balance)}.`,
    );
  }
  const left = before - (await scene.balanceOf(scene.treasury));
  expectations.expect(
    left === paid && summary.amount === paid,
    `The treasury paid what the payees have, ${formatUsdt(paid)} USDT; it paid ${formatUsdt(left)}, and the service says ${formatUsdt(summary.amount)}.`,
  );
  return summary;
}

/** The row of an entity, by its name in the demo. */
export function rowOf({ cast }: MonthAct, rows: readonly StatementRow[], name: string): StatementRow {
  const found = rows.find(({ entityId }) => cast.nameOf(entityId) === name);
  if (found === undefined) throw new RangeError(`the statement has no row of ${name}`);
  return found;
}
