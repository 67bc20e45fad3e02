import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { approveClosing, ClosingFolder, makeClosing } from "../../../offchain/payouts/closing.ts";
import { returnableShares, VOIDED } from "../../../offchain/payouts/held-shares.ts";
import { refuseClosed, STATEMENT_CLOSED } from "../../../offchain/payouts/refuse-closed.ts";
import { previewClosing, sendClosing } from "../../../offchain/payouts/send-closing.ts";
import { PAID_ELSEWHERE } from "../../../offchain/payouts/service/after-refusal.ts";
import { PayoutServiceError } from "../../../offchain/payouts/service/errors.ts";
import { LEDGER_ABI } from "../../../offchain/payouts/service/router-calls.ts";
import { requireOpenStatement, type StatementToClose } from "../../../offchain/payouts/statement-to-close.ts";
import { ledgerDomain, signPayoutMessage } from "../../../offchain/payouts/typed-data.ts";
import type { NewPayout } from "../../../offchain/store/documents.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { APPROVER, monthOf, PLANNER, SIGNERS } from "../../support/planned-month.ts";
import { payeeAt, plannedRows } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";
import { TronWorld } from "../../support/tron-world.ts";

describe("a statement that planner and approver close", function () {
  this.timeout(240_000);
  let world: TronWorld;
  let dataDir: string;
  before(async () => {
    world = await TronWorld.open();
    dataDir = await mkdtemp(join(tmpdir(), "lucid-closings-"));
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  const terms = () => ({ signers: SIGNERS, ledger: world.contracts.ledger });
  const targetOf = ([row]: readonly NewPayout[]): StatementToClose => {
    const { month: name = "", plan_period: period = "" } = row as NewPayout;
    const router = { kind: "kyc", address: world.router("kyc") } as const;
    return { name, period: BigInt(period), router, chainId: world.node.chainId };
  };
  const modules = (openSender = async () => world.sender) => ({
    ...{ folder: new ClosingFolder(dataDir), tron: world.tron, chain: world.chain, openSender },
    payouts: world.store.payouts,
  });
  async function sign(rows: readonly NewPayout[]): Promise<void> {
    const { statement } = await requireOpenStatement(targetOf(rows), world.chain);
    expect(statement.root).to.equal(rows[0]?.plan_root);
    const folder = new ClosingFolder(dataDir);
    const made = await makeClosing(statement, PLANNER, SIGNERS, folder);
    await approveClosing(made, statement, APPROVER, SIGNERS, folder);
  }
  /** Closes it as `payout close` does. @returns how many payouts were refused */
  async function close(rows: readonly NewPayout[]): Promise<number> {
    await sign(rows);
    const { closed, refused } = await sendClosing(targetOf(rows), terms(), modules());
    expect(closed).to.equal("now");
    return refused;
  }
  const refuse = async (root: string, { payouts }: Pick<Store, "payouts"> = world.store) =>
    await refuseClosed(
      { router: world.router("kyc"), root, ledger: world.contracts.ledger },
      { payouts, tron: world.tron, chain: world.chain },
    );
  const statusesOf = async (rows: readonly NewPayout[]) =>
    (await Promise.all(rows.map((row) => world.statusOf(row)))).map((one) => one?.status);

  it("makes room for another one of its month, which is paid then", async () => {
    const month = "2026-03";
    const chain = { router: world.router("kyc"), chainId: world.node.chainId };
    const first = await plannedRows({ count: 2, month, ...chain, payeeOf: (index) => payeeAt(700 + index) });
    await world.openStatement(first);
    const amountOf = () => 7_000_000n;
    const second = await world.enter({ count: 2, month, amountOf, payeeOf: (index) => payeeAt(700 + index) });
    const taken = await rejection(world.service().run(), PayoutServiceError);
    expect(taken.details).to.include({ code: "PAYOUT_PERIOD_TAKEN", open: first[0]?.plan_root });
    expect(taken.message).to.include("payout close");
    expect(await close(first), "they are in another store").to.equal(0);
    expect((await world.service().run()).confirmed).to.equal(2);
    for (const row of second) expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("leaves what was paid, refuses what was not, for good, and nothing of another statement", async () => {
    const payeeOf = (index: number) => payeeAt(800 + index);
    const rows = await world.enter({ count: 4, month: "2026-04", payeeOf }, { approved: false });
    const [paid, pending] = rows as [NewPayout, NewPayout, NewPayout, NewPayout];
    const others = await world.enter(
      { count: 1, month: "2026-05", payeeOf: (index) => payeeAt(900 + index) },
      { approved: false },
    );
    expect((await world.service().run()).held).to.equal(5);
    const approval = async (row: NewPayout) => {
      const { kyc_hash, kyc_expiry, compliance_sig } = (await world.approve(row)) as Required<NewPayout>;
      await world.store.payouts.move(row._id, "held", "pending", { kyc_hash, kyc_expiry, compliance_sig }, [
        "error",
      ]);
    };
    await approval(paid);
    expect((await world.service().run()).confirmed).to.equal(1);
    await approval(pending);
    expect(await close(rows)).to.equal(3);
    expect(await statusesOf([...rows, ...others])).to.deep.equal([
      ...["confirmed", "refused", "refused", "refused", "held"],
    ]);
    expect(await world.statusOf(pending)).to.deep.equal({ status: "refused", error: STATEMENT_CLOSED });
    expect(await refuse(pending.plan_root as string), "again, nothing is left").to.equal(0);
    expect(await world.service().retryFailed(), "it stays closed").to.equal(0);
    expect(await world.service().run()).to.include({ confirmed: 0, refused: 0, failed: 0 });
    expect(await world.balanceOf(pending.to_addr)).to.equal(0n);
  });

  it("is closed once; repeated, it needs no key and does what is left", async () => {
    const payeeOf = (index: number) => payeeAt(1_200 + index);
    const rows = await world.enter({ count: 2, month: "2026-09", payeeOf }, { approved: false });
    const target = targetOf(rows);
    const absent = await rejection(requireOpenStatement(target, world.chain), PayoutServiceError);
    expect(absent.details).to.include({ code: "STATEMENT_NOT_OPEN", of: "2026-09", period: 202_609n });
    await world.openStatement(rows);
    const unsigned = await rejection(sendClosing(target, terms(), modules()), PayoutServiceError);
    expect(unsigned.code).to.equal("CLOSING_UNUSABLE");
    await sign(rows);
    const { fees, onChain } = await previewClosing(target, terms(), modules());
    expect(fees).to.be.above(0n);
    expect(onChain).to.include({ state: "open", paid: 0n });
    const sent = await sendClosing(target, terms(), modules());
    expect(sent).to.include({ closed: "now", refused: 2 });
    expect(sent.sent?.fees).to.be.above(0n);
    const [{ _id }] = rows as [NewPayout];
    await world.store.payouts.move(_id, "refused", "pending", {}, ["error"]);
    const withoutKey = modules(async () => expect.fail("the key was asked for"));
    const again = await sendClosing(target, terms(), withoutKey);
    expect(again).to.include({ closed: "before", refused: 1 }).and.not.have.property("sent");
    expect((await previewClosing(target, terms(), withoutKey)).fees).to.equal(undefined);
  });

  it("refuses what the ledger voided as voided, so that its share returns", async () => {
    const payeeOf = (index: number) => payeeAt(1_000 + index);
    const rows = await world.enter({ count: 2, month: "2026-06", payeeOf }, { approved: false });
    const [voided] = rows as [NewPayout];
    await world.openStatement(rows);
    expect((await world.service().run()).held).to.equal(2);
    const domain = ledgerDomain(world.node.chainId, world.contracts.ledger);
    const message = { domain, name: "PayoutVoid", message: { payoutId: voided._id } } as const;
    const signatures = await Promise.all([PLANNER, APPROVER].map((one) => signPayoutMessage(one, message)));
    const data = LEDGER_ABI.encodeFunctionData("voidPayout", [voided._id, ...signatures]);
    await world.send({ contract: world.contracts.ledger, name: "voidPayout", data });
    expect(await close(rows)).to.equal(2);
    expect(
      (await Promise.all(rows.map((row) => world.statusOf(row)))).map((one) => one?.error),
    ).to.deep.equal([...[VOIDED, STATEMENT_CLOSED]]);
    const returned = await returnableShares(monthOf("2026-09"), world.store.payouts, async () => new Set());
    expect(returned.map(({ payoutId }) => payoutId)).to.deep.equal([voided._id]);
  });

  it("refuses what failed once its transaction's fate is settled, and keeps the transactions that expired", async () => {
    const payeeOf = (index: number) => payeeAt(1_100 + index);
    const rows = await world.enter({ count: 3, month: "2026-07", payeeOf });
    const [dead, open, expired] = rows as [NewPayout, NewPayout, NewPayout];
    await world.openStatement(rows);
    const { timestamp } = await world.tron.head();
    for (const [{ _id }, expires_at] of [
      [dead, 1],
      [open, timestamp + 3_600_000],
    ] as const) {
      const progress = { txid: _id.slice(2), signed_transaction: "0a00", expires_at };
      await world.store.payouts.move(_id, "pending", "signed", progress);
      await world.store.payouts.move(_id, "signed", "failed", { error: "a person has to look" });
    }
    const lost = "ab".repeat(32);
    await world.store.payouts.move(expired._id, "pending", "held", { error: `expired: ${lost}` });
    await world.store.payouts.move(expired._id, "held", "pending");
    expect(await close(rows)).to.equal(2);
    expect(await world.statusOf(dead)).to.deep.equal({ status: "refused", error: STATEMENT_CLOSED });
    expect(await world.store.payouts.get(dead._id)).to.not.have.any.keys("signed_transaction", "expires_at");
    expect(await world.statusOf(open)).to.deep.equal({ status: "failed", error: "a person has to look" });
    const refused = { status: "refused", error: `${STATEMENT_CLOSED}; expired: ${lost}` };
    expect(await world.statusOf(expired)).to.deep.equal(refused);
    expect(await world.service().run()).to.include({ confirmed: 0, refused: 0 });
    expect(await world.service().retryFailed(), "it stays closed").to.equal(0);
  });

  it("refuses what the ledger knows as paid as paid by another transaction, and later runs confirm what their own paid", async () => {
    const rows = await world.enter({ count: 2, month: "2026-08", payeeOf: (index) => payeeAt(950 + index) });
    const [lost, mistaken] = rows as [NewPayout, NewPayout];
    expect((await world.service().run()).confirmed).to.equal(2);
    expect(await close(rows)).to.equal(0);
    // A backup from before they were paid.
    await using backup = await openStore({ setting: "memory:" });
    await backup.payouts.insertMany(rows);
    const { txid } = (await world.store.payouts.get(mistaken._id)) as { txid: string };
    const error = `${STATEMENT_CLOSED}; expired: ${txid}`;
    await backup.payouts.move(mistaken._id, "pending", "refused", { error });
    expect(await refuse(lost.plan_root as string, backup)).to.equal(1);
    expect(await backup.payouts.get(lost._id)).to.include({ status: "refused", error: PAID_ELSEWHERE });
    expect(await world.service({}, backup).run(), "it does not end with the closed statement").to.include({
      confirmed: 1,
    });
    expect(await backup.payouts.get(mistaken._id)).to.include({ status: "confirmed", txid });
  });
});
