import { expect } from "chai";
import { planMonth } from "../../../offchain/payouts/plan-month.ts";
import { signStatement } from "../../../offchain/payouts/statement-signatures.ts";
import { voidCalls } from "../../../offchain/payouts/void-calls.ts";
import type { NewPayout } from "../../../offchain/store/documents.ts";
import { APPROVER, monthOf, PLANNER, PlannedWorld, SIGNERS } from "../../support/planned-month.ts";
import { payeeAt } from "../../support/planned-rows.ts";
import { TronWorld } from "../../support/tron-world.ts";

describe("the voids that planner and approver signed", function () {
  this.timeout(240_000);
  let world: TronWorld;
  before(async () => {
    world = await TronWorld.open();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  async function signed(payoutIds: readonly string[]) {
    await using planned = await PlannedWorld.open();
    const month = monthOf("2026-05");
    const deployment = { ...planned.deployment(month), chainId: world.node.chainId };
    const asked = { month, budget: 10n ** 8n, minimum: 1n };
    const { composed } = await planMonth(asked, deployment, planned.modules);
    const hashed = { ...composed, hash: `0x${"12".repeat(32)}` };
    const voids = { ledger: world.contracts.ledger, payoutIds: [...payoutIds].sort() };
    const planner = await signStatement(PLANNER, hashed, voids);
    return { ...hashed, signatures: { planner, approver: await signStatement(APPROVER, hashed, voids) } };
  }

  it("are sent for what is still held, and leave out what was paid or freed since", async () => {
    const payeeOf = (index: number) => payeeAt(100 + index);
    const rows = await world.enter({ count: 4, month: "2026-01", payeeOf }, { approved: false });
    const [paid, freed, blacklisted, held] = rows as [NewPayout, NewPayout, NewPayout, NewPayout];
    await world.service().run();
    const stored = await signed(rows.map(({ _id }) => _id));

    const { kyc_hash, kyc_expiry, compliance_sig } = (await world.approve(paid)) as Required<NewPayout>;
    const approval = { kyc_hash, kyc_expiry, compliance_sig };
    await world.store.payouts.move(paid._id, "held", "pending", approval, ["error"]);
    await world.service().run();
    expect(await world.statusOf(paid)).to.include({ status: "confirmed" });
    await world.store.payouts.move(freed._id, "held", "pending", {}, ["error"]);
    await world.store.payouts.move(blacklisted._id, "held", "pending", {}, ["error"]);
    await world.store.payouts.move(blacklisted._id, "pending", "held", { error: "blacklisted" });

    const modules = { chain: world.chain, payouts: world.store.payouts };
    const { calls, voided, leftOut } = await voidCalls(stored, SIGNERS, modules);
    expect(voided).to.equal(0);
    expect(leftOut).to.have.deep.members([
      { payoutId: paid._id, reason: "it is paid" },
      { payoutId: freed._id, reason: "its status is pending" },
      { payoutId: blacklisted._id, reason: "it is held for blacklisted" },
    ]);
    await world.sender.sendAll(calls);
    for (const row of rows) {
      expect(await world.chain.isVoid(world.contracts.ledger, row._id)).to.equal(row === held);
    }
    expect((await voidCalls(stored, SIGNERS, modules)).voided).to.equal(1);
  });
});
