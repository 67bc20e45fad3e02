import { expect } from "chai";
import { ZeroHash } from "ethers";
import { differencesOf } from "../../../offchain/payouts/reconcile/differences.ts";
import { readBooks } from "../../../offchain/payouts/reconcile/read-books.ts";
import { PAID_ELSEWHERE } from "../../../offchain/payouts/service/after-refusal.ts";
import { PayoutServiceError } from "../../../offchain/payouts/service/errors.ts";
import { disburseCall, openCall, ROUTER_ABI } from "../../../offchain/payouts/service/router-calls.ts";
import { TronSender } from "../../../offchain/payouts/service/tron-sender.ts";
import { verifyRow } from "../../../offchain/payouts/service/verify-row.ts";
import { TronError } from "../../../offchain/payouts/tron/errors.ts";
import { routerDomain, signPayoutMessage } from "../../../offchain/payouts/typed-data.ts";
import type { NewPayout } from "../../../offchain/store/documents.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { hexOf } from "../../../offchain/tron-address.ts";
import { TetherOnTron__factory } from "../../../typechain-types/index.ts";
import { APPROVER, PLANNER } from "../../support/planned-month.ts";
import { asDocument, payeeAt, plannedRows } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";
import { MAX_FEE, TronWorld } from "../../support/tron-world.ts";

describe("dishonest parts of payouts", function () {
  this.timeout(240_000);
  let world: TronWorld;
  let disburser: TronSender;
  let places = 9_000;
  before(async () => {
    world = await TronWorld.open();
    disburser = new TronSender({ key: world.disburserKey, maxFee: MAX_FEE, pollMs: 1 }, world);
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  /** Rows of a month that are not entered yet. */
  async function plan(month: string, count: number): Promise<[NewPayout, ...NewPayout[]]> {
    places += 100;
    const first = places;
    const rows = await plannedRows({
      ...{ count, month, router: world.router("kyc"), chainId: world.node.chainId },
      payeeOf: (index) => payeeAt(first + index),
    });
    return (await Promise.all(rows.map((row) => world.approve(row)))) as [NewPayout, ...NewPayout[]];
  }
  const enter = async (rows: readonly NewPayout[]) => await world.store.payouts.insertMany(rows);
  const books = async () => {
    const modules = { payouts: world.store.payouts, tron: world.tron, chain: world.chain };
    const { routers } = world.terms;
    return differencesOf(await readBooks({ routers, ledger: world.contracts.ledger, fromBlock: 1 }, modules));
  };
  const callOf = (row: NewPayout) => {
    const verified = verifyRow(asDocument(row), world.terms);
    if ("refused" in verified) throw new Error(verified.refused);
    const { kyc_hash: kycHash, kyc_expiry: expiry, compliance_sig: signature } = row;
    const compliance = { kycHash, expiry, signature } as {
      kycHash: string;
      expiry: number;
      signature: string;
    };
    return { contract: world.router("kyc"), ...disburseCall([{ ...verified, compliance, isAlone: true }]) };
  };

  it("a stolen disburser's key pays nobody else and no other amount", async () => {
    const [row] = await plan("2026-01", 2);
    await world.openStatement([row]);
    const thief = payeeAt(8_999);
    const payment = { payoutId: row._id, sessionId: ZeroHash, to: hexOf(thief), amount: row.usdt_amount };
    const compliance = { kycHash: row.kyc_hash, expiry: row.kyc_expiry, signature: row.compliance_sig };
    const data = ROUTER_ABI.kyc.encodeFunctionData("disburse", [
      row.plan_root,
      payment,
      compliance,
      row.plan_proof,
    ]);
    const call = { contract: world.router("kyc"), name: "disburse", data };
    const refused = await rejection(disburser.feesOf(call), TronError);
    expect(refused.details).to.include({ code: "TRON_CALL_REVERTED", error: "RowsNotInStatement" });
    // Sent all the same: it is accepted, mined and charged, and moves nothing.
    const signed = await world.tron.signCall(call, 100_000_000n, world.disburserKey);
    await world.tron.broadcast(signed);
    const failed = await rejection(disburser.awaitSuccess({ ...signed, purpose: "Theft" }), TronError);
    expect(failed.details).to.include({ code: "TRON_TRANSACTION_FAILED", error: "RowsNotInStatement" });
    expect(await world.balanceOf(thief)).to.equal(0n);
  });

  it("a disburser's key that pays rows by itself pays them once, and reconcile names them", async () => {
    const rows = await plan("2026-02", 2);
    const [row, other] = rows;
    await enter(rows);
    await world.openStatement(rows);
    await disburser.sendAll([{ ...callOf(row), purpose: "Paying by itself" }]);
    const unbooked = await books();
    expect(unbooked.map(({ code, payoutId }) => [code, payoutId])).to.deep.include([
      "PAYMENT_UNBOOKED",
      row._id,
    ]);
    expect(unbooked.map(({ code }) => code)).to.include("STATEMENT_DIFFERS");
    await world.service().run();
    expect(await world.statusOf(row)).to.deep.equal({ status: "refused", error: PAID_ELSEWHERE });
    expect(await world.statusOf(other as NewPayout)).to.include({ status: "confirmed" });
    for (const { to_addr, usdt_amount } of rows) expect(await world.balanceOf(to_addr)).to.equal(usdt_amount);
  });

  it("a row that was changed in the database, or its payee's address, is refused; the others are paid", async () => {
    const rows = await plan("2026-03", 3);
    const [dearer, moved, honest] = rows as unknown as [NewPayout, NewPayout, NewPayout];
    const thief = payeeAt(8_998);
    await enter([{ ...dearer, usdt_amount: 10n ** 9n }, { ...moved, to_addr: thief }, honest]);
    await world.service().run();
    for (const row of [dearer, moved]) {
      const { status, error } = (await world.statusOf(row)) as { status: string; error?: string };
      expect(status).to.equal("refused");
      expect(error).to.match(/proof does not lead to the root/);
    }
    expect(await world.balanceOf(thief)).to.equal(0n);
    expect(await world.balanceOf(dearer.to_addr)).to.equal(0n);
    expect(await world.balanceOf(honest.to_addr)).to.equal(honest.usdt_amount);
  });

  it("a planner without an approver opens and pays nothing", async () => {
    const [row] = await plan("2026-04", 1);
    const alone = { ...row, approver_sig: row.planner_sig as string };
    await enter([alone]);
    await world.service().run();
    expect((await world.statusOf(row))?.error).to.match(/not signed by the approver/);
    const verified = verifyRow(asDocument(row), world.terms);
    if ("refused" in verified) throw new Error(verified.refused);
    const opening = openCall({ ...verified, approverSignature: verified.plannerSignature });
    const refused = await rejection(disburser.feesOf({ contract: row.router, ...opening }), TronError);
    expect(refused.details).to.include({ code: "TRON_CALL_REVERTED", error: "WrongSigner" });
  });

  it("a statement is opened once, and a period has one", async () => {
    const rows = await plan("2026-05", 1);
    await world.openStatement(rows);
    const again = await rejection(world.openStatement(rows), TronError);
    expect(again.details).to.include({ code: "TRON_CALL_REVERTED", error: "StatementExists" });
    const [second] = await plan("2026-05", 2);
    await enter([second]);
    const stopped = await rejection(world.service().run(), PayoutServiceError);
    expect(stopped.details).to.include({ code: "PAYOUT_PERIOD_TAKEN", open: rows[0].plan_root });
    // Both close it: then the other one opens and is paid.
    const [{ plan_root: root, router }] = rows;
    const message = { period: 202_605n, root: root as string };
    const domain = routerDomain("kyc", world.node.chainId, router);
    const sign = async (wallet: typeof PLANNER) =>
      await signPayoutMessage(wallet, { domain, name: "StatementClosing", message });
    const args = [root, 202_605n, await sign(PLANNER), await sign(APPROVER)];
    const data = ROUTER_ABI.kyc.encodeFunctionData("closeStatement", args);
    await world.send({ contract: router, name: "closeStatement", data });
    await world.service().run();
    expect(await world.statusOf(second)).to.include({ status: "confirmed" });
    await using fresh = await openStore({ setting: "memory:" });
    await fresh.payouts.insertMany(rows);
    const closed = await rejection(world.service({}, fresh).run(), PayoutServiceError);
    expect(closed.details).to.include({ code: "PAYOUT_STATEMENT_CLOSED", root });
  });

  it("a fee that is switched on while a payment is under way reduces nobody's payment", async () => {
    const rows = await plan("2026-06", 1);
    const [row] = rows;
    await enter(rows);
    await world.openStatement(rows);
    const owner = new TronSender(
      { key: world.node.accounts[0]?.privateKey as string, maxFee: MAX_FEE },
      world,
    );
    const clock = world.steppingClock([
      async () => {
        await world.node.dropPending();
        const data = TetherOnTron__factory.createInterface().encodeFunctionData("setParams", [10n, 5n]);
        await owner.send({ contract: world.contracts.token, name: "setParams", data, purpose: "fee" });
        await world.node.mine();
      },
    ]);
    const stopped = await rejection(world.service({}, world.store, clock).run(), PayoutServiceError);
    expect(stopped.code).to.equal("PAYOUT_TOKEN_FEE");
    const { status, error } = (await world.statusOf(row)) as { status: string; error?: string };
    expect(status).to.equal("pending");
    expect(error).to.match(/^InexactTransfer/);
    expect(await world.balanceOf(row.to_addr)).to.equal(0n);
    await world.sendToToken("setParams", [0n, 0n]);
    await world.service().run();
    expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("a kept transaction that was exchanged is never sent", async () => {
    const rows = await plan("2026-07", 2);
    const [row, other] = rows as unknown as [NewPayout, NewPayout];
    await enter(rows);
    await world.openStatement(rows);
    const foreign = await world.tron.signCall(
      { ...callOf(other), from: disburser.address },
      10n ** 8n,
      world.disburserKey,
    );
    await world.store.payouts.move(row._id, "pending", "signed", {
      ...{ txid: foreign.txid, signed_transaction: foreign.bytes, expires_at: foreign.expiresAt },
    });
    const stopped = await rejection(world.service().run(), PayoutServiceError);
    expect(stopped.details).to.include({ code: "PAYOUT_BYTES_DIFFER", payoutId: row._id });
    expect(await world.statusOf(row)).to.include({ status: "failed" });
    expect(await world.balanceOf(other.to_addr)).to.equal(0n);
    // A person has looked: both are paid, once.
    await world.node.increaseTime(3_600_000);
    await world.node.mine(4);
    expect(await world.service().retryFailed()).to.equal(1);
    await world.service().run();
    for (const { to_addr, usdt_amount } of rows) expect(await world.balanceOf(to_addr)).to.equal(usdt_amount);
  });
});
