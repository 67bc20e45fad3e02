import { expect } from "chai";
import { Wallet } from "ethers";
import { payoutRouterV0 } from "../../../offchain/payouts/contracts/descriptors.ts";
import type { PayoutServiceOptions } from "../../../offchain/payouts/payout-service.ts";
import { PAID_ELSEWHERE } from "../../../offchain/payouts/service/after-refusal.ts";
import { PayoutServiceError } from "../../../offchain/payouts/service/errors.ts";
import { ROUTER_ABI } from "../../../offchain/payouts/service/router-calls.ts";
import { routerDomain, signPayoutMessage } from "../../../offchain/payouts/typed-data.ts";
import type { NewPayout } from "../../../offchain/store/documents.ts";
import { APPROVER, PLANNER } from "../../support/planned-month.ts";
import { payeeAt, plannedRows } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";
import { SUPPLY, TronWorld } from "../../support/tron-world.ts";

describe("payouts that cannot be paid", function () {
  this.timeout(240_000);
  let world: TronWorld;
  let next = 0;
  before(async () => {
    world = await TronWorld.open();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  /** Where the next statement belongs, and payees of its own. */
  function place() {
    next += 1;
    const first = 30_000 + 100 * next;
    const month = `${2030 + Math.floor(next / 12)}-${String((next % 12) + 1).padStart(2, "0")}`;
    return { month, payeeOf: (index: number) => payeeAt(first + index) };
  }
  const enter = async (count: number, kind: "v0" | "kyc" = "kyc") =>
    await world.enter({ count, kind, ...place() });
  const stopped = async (change: Partial<PayoutServiceOptions> = {}) =>
    (await rejection(world.service(change).run(), PayoutServiceError)).details;
  const send = async (router: string, name: string, args: unknown[]) =>
    await world.send({ contract: router, name, data: ROUTER_ABI.kyc.encodeFunctionData(name, args) });
  const documentOf = async (row: NewPayout) => await world.store.payouts.get(row._id);

  async function expectPaid(rows: readonly NewPayout[], txid?: string): Promise<void> {
    for (const row of rows) {
      expect(await documentOf(row)).to.include({ status: "confirmed", ...(txid && { txid }) });
      expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
    }
  }
  async function expectPending(rows: readonly NewPayout[]): Promise<void> {
    for (const row of rows)
      expect(await world.statusOf(row)).to.deep.equal({ status: "pending", error: undefined });
  }

  it("a router that is missing in the settings leaves its payouts as they are; the others are paid", async () => {
    const rows = await enter(2, "v0");
    const others = await enter(1);
    const routers = [{ kind: "kyc", address: world.router("kyc") } as const];
    expect(await stopped({ routers })).to.include({
      code: "PAYOUT_SETTINGS_DIFFER",
      found: world.router("v0"),
    });
    await expectPending(rows);
    await expectPaid(others);
    await world.service().run();
    await expectPaid(rows);
  });

  it("a planner who does not hold the role stops it before anything is refused", async () => {
    const rows = await enter(1);
    const planner = `0x${"11".repeat(20)}`;
    const details = await stopped({ signers: { ...world.terms.signers, planner } });
    expect(details).to.include({ code: "PAYOUT_ROLE_MISSING", role: "PLANNER", account: planner });
    await expectPending(rows);
  });

  it("what another holder of the role signed is not refused for the settings", async () => {
    const rows = await enter(1);
    const planner = Wallet.createRandom().address.toLowerCase();
    for (const { address } of world.terms.routers) {
      await send(address, "grantRole", [payoutRouterV0.roles.PLANNER, planner]);
    }
    const details = await stopped({ signers: { ...world.terms.signers, planner } });
    expect(details).to.include({
      ...{ code: "PAYOUT_SETTINGS_DIFFER", setting: "LUCID_PLANNER_ADDRESS", expected: planner },
      found: world.terms.signers.planner,
    });
    await expectPending(rows);
    await world.service().run();
    await expectPaid(rows);
  });

  it("a refused payout that holds by now is paid after a retry, one that does not stays refused", async () => {
    const [row, changed] = (await enter(2)) as [NewPayout, NewPayout];
    const error = "its statement is not signed by the planner";
    for (const { _id } of [row, changed])
      await world.store.payouts.move(_id, "pending", "refused", { error });
    const planned = await plannedRows({
      ...{ count: 1, router: world.router("kyc"), chainId: world.node.chainId },
      ...place(),
    });
    const [forged] = planned.map((one) => ({ ...one, usdt_amount: 5n })) as [NewPayout];
    await world.store.payouts.insertMany([forged]);
    await world.store.payouts.move(forged._id, "pending", "refused", { error });
    expect(await world.service().retryFailed()).to.equal(2);
    await world.service().run();
    await expectPaid([row, changed]);
    expect(await world.statusOf(forged)).to.deep.equal({ status: "refused", error });
  });

  it("one that the settings do not fit keeps none from being tried again and paid", async () => {
    const rows = await enter(2, "v0");
    const others = (await enter(3)) as [NewPayout, NewPayout, NewPayout];
    const [failed, refused] = others;
    const error = "its statement is not signed by the planner";
    for (const { _id } of [...rows, refused])
      await world.store.payouts.move(_id, "pending", "refused", { error });
    await world.store.payouts.move(failed._id, "pending", "signed");
    await world.store.payouts.move(failed._id, "signed", "failed", { error: "a person has to look" });
    const service = world.service({ routers: [{ kind: "kyc", address: world.router("kyc") }] });
    expect(await service.retryFailed()).to.equal(2);
    const { details } = await rejection(service.run(), PayoutServiceError);
    expect(details).to.include({ code: "PAYOUT_SETTINGS_DIFFER", found: world.router("v0") });
    await expectPaid(others);
    for (const row of rows) expect(await world.statusOf(row)).to.deep.equal({ status: "refused", error });
    expect(await service.run(), "it is said once").to.include({ confirmed: 0 });
    expect(await world.service().retryFailed()).to.equal(2);
    await world.service().run();
    await expectPaid(rows);
  });

  it("a failed payout that its transaction paid is confirmed, and not paid again", async () => {
    const rows = await enter(2);
    const txid = await world.runUntilSent();
    for (const { _id } of rows) {
      await world.store.payouts.move(_id, { status: "broadcast", txid }, "failed", { error: "looked wrong" });
    }
    expect(await world.service().retryFailed(), "it may still be included").to.equal(0);
    await world.node.mine(4);
    await world.service().run();
    await expectPaid(rows, txid);
  });

  it("a payout refused as paid by another transaction is confirmed where its own one paid it", async () => {
    const rows = await enter(2);
    const txid = await world.runUntilSent();
    for (const { _id } of rows) {
      const unset = ["signed_transaction", "expires_at"] as const;
      await world.store.payouts.move(_id, { status: "broadcast", txid }, "pending", {}, unset);
      await world.store.payouts.move(_id, "pending", "refused", { error: PAID_ELSEWHERE });
    }
    await world.node.mine(4);
    expect((await world.service().run()).confirmed).to.equal(2);
    await expectPaid(rows, txid);
  });

  it("a payout in flight whose router is missing in the settings stays in flight", async () => {
    const rows = await enter(2);
    const txid = await world.runUntilSent();
    const routers = [{ kind: "v0", address: world.router("v0") } as const];
    expect(await stopped({ routers })).to.include({
      code: "PAYOUT_SETTINGS_DIFFER",
      found: world.router("kyc"),
    });
    for (const row of rows) expect(await documentOf(row)).to.include({ status: "broadcast", txid });
    await world.service().run();
    await expectPaid(rows, txid);
  });

  it("a payout whose bytes were exchanged while it was under way is confirmed by its transaction", async () => {
    const rows = await enter(1);
    const [{ _id }] = rows as [NewPayout];
    await world.openStatement(rows);
    world.node.setFaults({ lostAnswers: 1 });
    const txid = await world.runUntilSent();
    world.node.setFaults({ lostAnswers: 0 });
    await world.store.payouts.move(_id, { status: "signed", txid }, "broadcast", {
      signed_transaction: "0a00",
    });
    expect(await stopped()).to.include({ code: "PAYOUT_BYTES_DIFFER", payoutId: _id });
    await expectPaid(rows, txid);
  });

  it("rows whose places were changed in the database are paid all the same, and block nobody", async () => {
    const where = place();
    const planned = await plannedRows({
      ...{ count: 6, router: world.router("kyc"), chainId: world.node.chainId, ...where },
    });
    const approved = await Promise.all(planned.map((row) => world.approve(row)));
    const rows = approved.map((row, index) => (index === 4 ? { ...row, plan_index: 0 } : row));
    await world.store.payouts.insertMany(rows);
    const others = await enter(1, "v0");
    await world.service().run();
    await expectPaid([...rows, ...others]);
  });

  it("a payment above the limit blocks no other", async () => {
    const rows = await world.enter({ count: 3, ...place(), amountOf: (index) => 9_000_000n - BigInt(index) });
    const [large, ...small] = rows as [NewPayout, ...NewPayout[]];
    await send(world.router("kyc"), "setLimits", [8_999_999n, SUPPLY]);
    expect(await stopped()).to.include({ code: "PAYOUT_PAYMENT_LIMIT", payoutId: large._id });
    await expectPending([large]);
    await expectPaid(small);
    await send(world.router("kyc"), "setLimits", [SUPPLY, SUPPLY]);
    await world.service().run();
    await expectPaid([large]);
  });

  it("a statement that was closed blocks no other", async () => {
    const statements = [await enter(1), await enter(1), await enter(1)] as unknown as [NewPayout][];
    const byRoot = statements.toSorted(([a], [b]) => ((a.plan_root ?? "") < (b.plan_root ?? "") ? -1 : 1));
    const [[closed], ...others] = byRoot as [[NewPayout], ...[NewPayout][]];
    await world.openStatement([closed]);
    const { router, plan_root: root, plan_period } = closed;
    const period = BigInt(plan_period as string);
    const domain = routerDomain("kyc", world.node.chainId, router);
    const message = { domain, name: "StatementClosing", message: { period, root: root as string } } as const;
    const signatures = [
      await signPayoutMessage(PLANNER, message),
      await signPayoutMessage(APPROVER, message),
    ];
    await send(router, "closeStatement", [root, period, ...signatures]);
    expect(await stopped()).to.include({ code: "PAYOUT_STATEMENT_CLOSED", root });
    await expectPending([closed]);
    await expectPaid(others.flat());
  });
});
