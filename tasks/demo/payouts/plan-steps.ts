import {
  PAYOUT_ADDRESS_DELAY_SLOTS,
  REGISTRATION_DELAY_SLOTS,
} from "../../../offchain/consensus/parameters.ts";
import { slotStart } from "../../../offchain/consensus/slot-time.ts";
import { enterPayouts } from "../../../offchain/payouts/enter-payouts.ts";
import { planMonth, reproducePlan } from "../../../offchain/payouts/plan-month.ts";
import type { StoredStatement } from "../../../offchain/payouts/statement-folder.ts";
import { requireSignatures, signStatement } from "../../../offchain/payouts/statement-signatures.ts";
import { formatUsdt } from "../../../offchain/payouts/usdt.ts";
import type { MonthAct } from "./month-act.ts";
import { BUDGET } from "./tron-scene.ts";

/** Payments of less are carried over, in micro-USDT. */
const MINIMUM = 1_000_000n;

/** Divides the budget by the credits of the month's attested epochs. */
export async function planStep(act: MonthAct): Promise<void> {
  const { context, scene, month, modules, deployment, expectations, cast } = act;
  const { narrator, clock, firstSlot } = context;
  const { folder } = modules;
  narrator.step("Let 72 hours go by, and plan the month (payout plan)");
  // An address that was registered in the first slot is in use from then on.
  clock.set(slotStart(firstSlot + REGISTRATION_DELAY_SLOTS + PAYOUT_ADDRESS_DELAY_SLOTS));
  const { composed } = await planMonth({ month, budget: BUDGET, minimum: MINIMUM }, deployment, modules);
  const { statement } = composed;
  const hash = await folder.write(statement);
  const planner = await signStatement(scene.keys.planner, { statement, hash }, undefined);
  await folder.writeSignatures(month.name, { planner });
  const { rows, carried, epochs } = statement;
  const total = rows.reduce((sum, { amount }) => sum + amount, 0n);
  narrator.say(
    `The nodes are stopped, and it is ${new Date(clock.now()).toISOString().slice(0, 16).replace("T", " ")} UTC: a new TRON address waits so long before it is used. The planner divides ${formatUsdt(BUDGET)} USDT by the credits of epoch ${epochs.map(({ epoch }) => epoch).join(", ")}, whose root is the one attested: ${formatUsdt(total)} USDT to ${rows.length} payees, to the last micro-USDT.`,
  );
  narrator.say(`Root of the statement: ${statement.root}`);
  expectations.expect(
    rows.length === cast.entities.length && carried.length === 0,
    `Each of the ${cast.entities.length} entities has a row; ${rows.length} have.`,
  );
  expectations.expect(total === BUDGET, `The rows add up to the budget, ${BUDGET}; they are ${total}.`);
}

/** A second person computes the same again, signs it, and enters the payouts. */
export async function approveStep(act: MonthAct): Promise<StoredStatement> {
  const { context, scene, month, modules, deployment, expectations } = act;
  const { narrator, chain } = context;
  const { folder } = modules;
  const { planner, approver } = scene.keys;
  narrator.step("Approve the plan: compute it again from store and chain (payout approve)");
  const planned = await folder.require(month.name);
  requireSignatures("planner", planned, planned.signatures.planner, planner.address);
  await reproducePlan(planned, deployment, modules);
  const signature = await signStatement(approver, planned, undefined);
  await folder.writeSignatures(month.name, { ...planned.signatures, approver: signature });
  const approved = await folder.require(month.name);
  const entered = await enterPayouts(approved, chain.store.payouts);
  narrator.say(
    `The approver's own computation comes to the same statement. He signs it with another key, and ${entered} payouts are entered as pending.`,
  );
  const { length } = approved.statement.rows;
  expectations.expect(entered === length, `All ${length} payouts are entered; ${entered} are.`);
  return approved;
}
