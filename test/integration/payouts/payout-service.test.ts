import { expect } from "chai";
import { PAID_ELSEWHERE } from "../../../offchain/payouts/service/after-refusal.ts";
import { PayoutServiceError } from "../../../offchain/payouts/service/errors.ts";
import { LEDGER_ABI, ROUTER_ABI, TOKEN_ABI } from "../../../offchain/payouts/service/router-calls.ts";
import { ledgerDomain, signPayoutMessage } from "../../../offchain/payouts/typed-data.ts";
import type { NewPayout } from "../../../offchain/store/documents.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { hexOf } from "../../../offchain/tron-address.ts";
import { APPROVER, PLANNER } from "../../support/planned-month.ts";
import { payeeAt, plannedRows } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";
import { SUPPLY, TronWorld } from "../../support/tron-world.ts";

/** Payees of their own for each statement, so that balances say what this one paid. */
const payees = (first: number) => (index: number) => payeeAt(first + index);

describe("the payout service on a local TRON node", function () {
  this.timeout(240_000);
  let world: TronWorld;
  before(async () => {
    world = await TronWorld.open();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const stopped = async () => await rejection(world.service().run(), PayoutServiceError);
  const setLimits = async (payment: bigint, day: bigint) =>
    await world.send({
      ...{ contract: world.router("kyc"), name: "setLimits" },
      data: ROUTER_ABI.kyc.encodeFunctionData("setLimits", [payment, day]),
    });
  const approveAllowance = async (amount: bigint) =>
    await world.send({
      ...{ contract: world.contracts.token, name: "approve" },
      data: TOKEN_ABI.encodeFunctionData("approve", [hexOf(world.router("kyc")), amount]),
    });
  const call = async (contract: string, name: string, args: unknown[] = []) =>
    await world.send({ contract, name, data: ROUTER_ABI.kyc.encodeFunctionData(name, args) });

  it("pays a month in batches, each payee his amount once", async () => {
    const rows = await world.enter({ count: 25, month: "2026-01" });
    const summary = await world.service().run();
    for (const row of rows) {
      expect(await world.statusOf(row)).to.deep.equal({ status: "confirmed", error: undefined });
      expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
      const document = await world.store.payouts.get(row._id);
      expect(document?.txid).to.match(/^[0-9a-f]{64}$/);
      expect(document?.block_number).to.be.above(0);
      expect(document?.signed_transaction).to.equal(undefined);
    }
    expect(summary).to.deep.include({ confirmed: 25, failed: 0, held: 0, refused: 0, transactions: 3 });
    expect((await world.service().run()).confirmed, "again, it pays nothing").to.equal(0);
  });

  it("pays rows of the router without KYC", async () => {
    const [row] = await world.enter({ count: 1, month: "2026-02", kind: "v0", payeeOf: payees(1_000) });
    await world.service().run();
    expect(await world.balanceOf(row?.to_addr as string)).to.equal(row?.usdt_amount);
  });

  it("holds who is not approved, and pays once compliance did", async () => {
    const [row] = await world.enter(
      { count: 1, month: "2026-03", payeeOf: payees(1_100) },
      { approved: false },
    );
    if (row === undefined) throw new Error("no row");
    expect((await world.service().run()).held).to.equal(1);
    expect(await world.statusOf(row)).to.deep.equal({ status: "held", error: "kyc" });
    const { kyc_hash, kyc_expiry, compliance_sig } = await world.approve(row);
    const approval = { kyc_hash, kyc_expiry, compliance_sig } as Required<typeof row>;
    // An approval that has expired is none.
    await world.store.payouts.move(row._id, "held", "pending", { ...approval, kyc_expiry: 1_000 }, ["error"]);
    await world.service().run();
    expect(await world.statusOf(row)).to.deep.equal({ status: "held", error: "kyc" });
    await world.store.payouts.move(row._id, "held", "pending", approval, ["error"]);
    await world.service().run();
    expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("holds a payee who is on the token's blacklist, and pays when he is off it", async () => {
    const rows = await world.enter({ count: 2, month: "2026-04", payeeOf: payees(1_200) });
    const [listed] = rows as [(typeof rows)[number]];
    await world.sendToToken("addBlackList", [hexOf(listed.to_addr)]);
    await world.service().run();
    expect(await world.statusOf(listed)).to.deep.equal({ status: "held", error: "blacklisted" });
    expect(await world.balanceOf(rows[1]?.to_addr as string)).to.equal(rows[1]?.usdt_amount);
    await world.sendToToken("removeBlackList", [hexOf(listed.to_addr)]);
    await world.service().run();
    expect(await world.balanceOf(listed.to_addr)).to.equal(listed.usdt_amount);
  });

  it("refuses a held payout that the ledger voided, and holds a revoked payee", async () => {
    const rows = await world.enter(
      { count: 2, month: "2026-05", payeeOf: payees(1_300) },
      { approved: false },
    );
    const [voided, other] = rows as [(typeof rows)[number], (typeof rows)[number]];
    await world.service().run();
    const { ledger } = world.contracts;
    const message = {
      domain: ledgerDomain(world.node.chainId, ledger),
      name: "PayoutVoid",
      message: { payoutId: voided._id },
    } as const;
    const signatures = [
      await signPayoutMessage(PLANNER, message),
      await signPayoutMessage(APPROVER, message),
    ];
    const data = LEDGER_ABI.encodeFunctionData("voidPayout", [voided._id, ...signatures]);
    await world.send({ contract: ledger, name: "voidPayout", data });
    await world.service().run();
    expect(await world.statusOf(voided)).to.deep.equal({ status: "refused", error: "voided" });
    expect(await world.statusOf(other)).to.deep.equal({ status: "held", error: "kyc" });
  });

  it("stops where something is missing, says how much, and goes on when it is there", async () => {
    const rows = await world.enter({ count: 3, month: "2026-06", payeeOf: payees(1_400) });
    const due = 3_000_003n;
    const { token } = world.contracts;
    const router = world.router("kyc");

    await call(router, "pause");
    expect((await stopped()).details).to.include({ code: "PAYOUT_ROUTER_PAUSED", router });
    await call(router, "unpause");

    await world.sendToToken("pause", []);
    expect((await stopped()).details).to.include({ code: "PAYOUT_TOKEN_PAUSED", token });
    await world.sendToToken("unpause", []);

    await world.sendToToken("setParams", [10n, 5n]);
    expect((await stopped()).details).to.include({ code: "PAYOUT_TOKEN_FEE", basisPoints: 10n });
    await world.sendToToken("setParams", [0n, 0n]);

    await world.sendToToken("addBlackList", [hexOf(world.treasury)]);
    expect((await stopped()).details).to.include({
      code: "PAYOUT_TREASURY_BLACKLISTED",
      treasury: world.treasury,
    });
    await world.sendToToken("removeBlackList", [hexOf(world.treasury)]);

    await approveAllowance(7n);
    expect((await stopped()).details).to.include({ code: "PAYOUT_ALLOWANCE_SHORT", due, missing: due - 7n });
    await approveAllowance(0n);
    await approveAllowance(SUPPLY);

    const balance = await world.balanceOf(world.treasury);
    await world.sendToToken("transfer", [hexOf(payeeAt(9_999)), balance - 9n]);
    expect((await stopped()).details).to.include({ code: "PAYOUT_BALANCE_SHORT", due, missing: due - 9n });
    await world.sendToToken("issue", [balance]);

    await setLimits(SUPPLY, 1_000_000n);
    expect((await stopped()).details).to.include({ code: "PAYOUT_DAY_LIMIT", due });
    await setLimits(999_999n, SUPPLY);
    expect((await stopped()).details).to.include({
      code: "PAYOUT_PAYMENT_LIMIT",
      amount: 1_000_000n,
      limit: 999_999n,
    });
    await setLimits(SUPPLY, SUPPLY);

    const cheap = await rejection(world.service({ maxFee: 1_000_000n }).run(), PayoutServiceError);
    expect(cheap.code).to.equal("PAYOUT_FEE_CEILING");
    const stranger = world.node.accounts[5] as { address: string; privateKey: string };
    const strange = await rejection(
      world.service({ disburserKey: stranger.privateKey }).run(),
      PayoutServiceError,
    );
    expect(strange.details).to.include({
      code: "PAYOUT_ROLE_MISSING",
      role: "DISBURSER",
      account: stranger.address,
    });
    const wrong = await rejection(world.service({ token: router }).run(), PayoutServiceError);
    expect(wrong.code).to.equal("PAYOUT_ROUTER_DIFFERS");

    const { disburser } = world.service();
    const { balance: had } = await world.tron.account(disburser);
    await world.node.setBalance(disburser, 1_000_000n);
    const poor = (await stopped()).details;
    expect(poor).to.include({ code: "PAYOUT_FEES_SHORT", account: disburser });
    await world.node.setBalance(disburser, had);

    expect((await world.service().run()).confirmed).to.equal(3);
    for (const row of rows) expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("pays in part what limits, balance and allowance cover, then stops", async () => {
    const rows = await world.enter({ count: 3, month: "2026-07", payeeOf: payees(1_500) });
    await approveAllowance(0n);
    await approveAllowance(2_500_000n);
    const error = await stopped();
    expect(error.details).to.include({ code: "PAYOUT_ALLOWANCE_SHORT", due: 1_000_002n });
    expect(await world.statusOf(rows[1] as (typeof rows)[number])).to.include({ status: "confirmed" });
    await approveAllowance(0n);
    await approveAllowance(SUPPLY);
    expect((await world.service().run()).confirmed).to.equal(1);
  });

  it("a payout that somebody else paid is not paid again, and is named", async () => {
    const rows = await world.enter({ count: 2, month: "2026-10", payeeOf: payees(1_700) });
    await world.service().run();
    // The store is set back to what it was before: an old backup, say.
    await using fresh = await openStore({ setting: "memory:" });
    await fresh.payouts.insertMany(rows);
    await world.service({}, fresh).run();
    for (const { _id } of rows) {
      expect(await fresh.payouts.get(_id)).to.include({ status: "refused", error: PAID_ELSEWHERE });
    }
    for (const row of rows) expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("long-running, pays what is approved later, and ends by its signal", async () => {
    const controller = new AbortController();
    class Stopped extends Error {}
    const passes: number[] = [];
    const [later] = await plannedRows({
      ...{ count: 1, month: "2026-12", router: world.router("kyc"), chainId: world.node.chainId },
      payeeOf: payees(1_800),
    });
    const row = await world.approve(later as NewPayout);
    const watching = world.service().watch(controller.signal, ({ confirmed }) => {
      passes.push(confirmed);
      if (passes.length === 3) controller.abort(new Stopped());
    });
    // It has found nothing, and looks again.
    await world.store.payouts.insertMany([row]);
    await rejection(watching, Stopped);
    expect(passes.reduce((sum, one) => sum + one, 0)).to.equal(1);
    expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });
});
