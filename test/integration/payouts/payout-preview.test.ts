import { expect } from "chai";
import { Wallet } from "ethers";
import { payoutRouterV0 } from "../../../offchain/payouts/contracts/descriptors.ts";
import { VOIDED } from "../../../offchain/payouts/held-shares.ts";
import { BATCH_RESERVE, ROWS_PER_BATCH } from "../../../offchain/payouts/payout-service.ts";
import { PayoutServiceError } from "../../../offchain/payouts/service/errors.ts";
import { type PreviewOptions, previewRun } from "../../../offchain/payouts/service/preview.ts";
import { LEDGER_ABI, ROUTER_ABI } from "../../../offchain/payouts/service/router-calls.ts";
import { addressOfKey } from "../../../offchain/payouts/tron-client.ts";
import { ledgerDomain, routerDomain, signPayoutMessage } from "../../../offchain/payouts/typed-data.ts";
import type { NewPayout } from "../../../offchain/store/documents.ts";
import { hexOf } from "../../../offchain/tron-address.ts";
import { APPROVER, PLANNER } from "../../support/planned-month.ts";
import { payeeAt, plannedRows } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";
import { SUPPLY, TronWorld } from "../../support/tron-world.ts";

const AMOUNT = 1_000_000n;

describe("the preview of a run", function () {
  this.timeout(240_000);
  let world: TronWorld;
  let month = 0;
  beforeEach(async () => {
    world = await TronWorld.open();
    month = 0;
  });
  afterEach(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  async function enter(count: number, kind: "v0" | "kyc" = "kyc", approved = true): Promise<NewPayout[]> {
    month += 1;
    const first = 100 * month;
    const payeeOf = (index: number) => payeeAt(first + index);
    const options = { count, kind, month: `2026-${String(month).padStart(2, "0")}`, payeeOf };
    return await world.enter({ ...options, amountOf: () => AMOUNT }, { approved });
  }
  const preview = async (change: Partial<PreviewOptions> = {}) => {
    const { terms, tron, chain, disburserKey } = world;
    const { token, ledger } = world.contracts;
    const disburser = addressOfKey(disburserKey);
    const limits = { rowsPerBatch: ROWS_PER_BATCH, reserve: BATCH_RESERVE };
    return await previewRun(
      { ...terms, token, ledger, disburser, retry: false, ...limits, ...change },
      { payouts: world.store.payouts, tron, chain },
    );
  };
  const codes = ({ obstacles }: { readonly obstacles: readonly { readonly code: string }[] }) =>
    obstacles.map(({ code }) => code);
  const paidOf = async (rows: readonly NewPayout[]) => {
    const found = await Promise.all(rows.map((row) => world.statusOf(row)));
    return found.filter((one) => one?.status === "confirmed").length;
  };
  const send = async (router: string, name: string, args: unknown[]) =>
    await world.send({ contract: router, name, data: ROUTER_ABI.kyc.encodeFunctionData(name, args) });

  it("tells payouts of a router that is not in the settings from those that nobody signed", async () => {
    await enter(2, "v0");
    const [changed] = (await enter(2)) as [NewPayout];
    const forged = { ...changed, _id: `0x${"77".repeat(32)}`, usdt_amount: 5n };
    await world.store.payouts.insertMany([forged]);
    const routers = [{ kind: "kyc", address: world.router("kyc") } as const];
    const found = await preview({ routers });
    expect(found).to.include({ payments: 2, unfit: 2, refused: 1, held: 0 });
    expect(codes(found)).to.deep.equal(["PAYOUT_SETTINGS_DIFFER"]);
    const run = await rejection(world.service({ routers }).run(), PayoutServiceError);
    expect(run.details).to.include({ code: "PAYOUT_SETTINGS_DIFFER", found: world.router("v0") });
    expect(found.obstacles[0]?.message).to.include(world.router("v0"));
    expect((await world.store.payouts.get(forged._id))?.status).to.equal("refused");
    const { payments, unfit, refused, obstacles } = await preview();
    expect({ payments, unfit, refused, obstacles }).to.deep.equal({
      ...{ payments: 2, unfit: 0, refused: 0, obstacles: [] },
    });
  });

  it("tells a signer who holds the role from somebody who does not", async () => {
    await enter(1);
    const planner = Wallet.createRandom().address.toLowerCase();
    const signers = { ...world.terms.signers, planner };
    for (const { address } of world.terms.routers)
      await send(address, "grantRole", [payoutRouterV0.roles.PLANNER, planner]);
    const found = await preview({ signers });
    expect(found).to.include({ payments: 0, unfit: 1, refused: 0 });
    expect(found.obstacles[0]?.message).to.include("LUCID_PLANNER_ADDRESS");
    for (const { address } of world.terms.routers)
      await send(address, "revokeRole", [payoutRouterV0.roles.PLANNER, world.terms.signers.planner]);
    expect(await preview({ signers })).to.include({ payments: 0, unfit: 0, refused: 1 });
  });

  it("counts a held payout that the ledger voided as refused, and one without approval as held", async () => {
    const [voided] = (await enter(2, "kyc", false)) as [NewPayout];
    expect((await world.service().run()).held).to.equal(2);
    const payoutId = voided._id;
    const domain = ledgerDomain(world.node.chainId, world.contracts.ledger);
    const message = { domain, name: "PayoutVoid", message: { payoutId } } as const;
    const signatures = await Promise.all([PLANNER, APPROVER].map((one) => signPayoutMessage(one, message)));
    const data = LEDGER_ABI.encodeFunctionData("voidPayout", [payoutId, ...signatures]);
    await world.send({ contract: world.contracts.ledger, name: "voidPayout", data });
    expect(await preview()).to.include({ held: 1, refused: 1 });
    expect(await world.service().run()).to.include({ refused: 1 });
    expect(await world.statusOf(voided)).to.deep.equal({ status: "refused", error: VOIDED });
    expect(await preview({ retry: true }), "what is voided stays so").to.include({ held: 1, refused: 0 });
  });

  it("has refused payouts that a retry pays, and no others", async () => {
    const [again, voided] = (await enter(2)) as [NewPayout, NewPayout];
    const error = "its statement is not signed by the planner";
    await world.store.payouts.move(again._id, "pending", "refused", { error });
    await world.store.payouts.move(voided._id, "pending", "refused", { error: VOIDED });
    expect(await preview()).to.include({ payments: 0, amount: 0n });
    const { payments, amount } = await preview({ retry: true });
    expect({ payments, amount }).to.deep.equal({ payments: 1, amount: AMOUNT });
    const service = world.service({ maxAmount: amount });
    expect(await service.retryFailed()).to.equal(1);
    expect((await service.run()).amount).to.equal(amount);
  });

  it("says that the disburser cannot pay the fees, as the run does", async () => {
    await enter(1);
    const disburser = addressOfKey(world.disburserKey);
    await world.node.setBalance(disburser, 1_500_000n);
    const found = await preview();
    expect(codes(found)).to.deep.equal(["PAYOUT_FEES_SHORT"]);
    expect(found.obstacles[0]?.message).to.include(`${disburser} cannot pay`).and.include("1.5 TRX");
    const run = await rejection(world.service().run(), PayoutServiceError);
    expect(run.code).to.equal("PAYOUT_FEES_SHORT");
  });

  it("and a run spend nothing on opening a statement of which nothing can be paid", async () => {
    const rows = await enter(1);
    const [row] = rows as [NewPayout];
    await send(world.router("kyc"), "pause", []);
    const [statement] = (await preview()).statements;
    expect(statement?.obstacle?.code).to.equal("PAYOUT_ROUTER_PAUSED");
    const before = await world.tron.account(addressOfKey(world.disburserKey));
    const run = await rejection(world.service().run(), PayoutServiceError);
    expect(run.code).to.equal("PAYOUT_ROUTER_PAUSED");
    const router = { kind: "kyc", address: world.router("kyc") } as const;
    const { state } = await world.chain.statementOf(router, row.plan_root as string, "head");
    expect(state).to.equal("unknown");
    const after = await world.tron.account(addressOfKey(world.disburserKey));
    expect(after.balance).to.equal(before.balance);
    await send(world.router("kyc"), "unpause", []);
    expect((await world.service().run()).confirmed).to.equal(1);
  });

  it("promises nothing of a statement that is closed, or whose period another one has", async () => {
    const [closed] = (await enter(1)) as [NewPayout];
    const taken = await enter(1);
    const others = await enter(1, "v0");
    const chain = { router: world.router("kyc"), chainId: world.node.chainId };
    const { month: name } = taken[0] as NewPayout;
    const first = await plannedRows({
      count: 1,
      month: name as string,
      ...chain,
      payeeOf: () => payeeAt(5_000),
    });
    await world.openStatement([closed]);
    await world.openStatement(first);
    const { plan_root: root, plan_period, router } = closed;
    const period = BigInt(plan_period as string);
    const domain = routerDomain("kyc", world.node.chainId, router);
    const message = { domain, name: "StatementClosing", message: { period, root: root as string } } as const;
    const signatures = await Promise.all([PLANNER, APPROVER].map((one) => signPayoutMessage(one, message)));
    await send(router, "closeStatement", [root, period, ...signatures]);
    const found = await preview();
    expect(found).to.include({ payments: 1, amount: AMOUNT, left: 2, leftAmount: 2n * AMOUNT });
    const obstacles = new Map(found.statements.map((one) => [one.root, one.obstacle?.code]));
    expect(obstacles.get(root as string)).to.equal("PAYOUT_STATEMENT_CLOSED");
    expect(obstacles.get(taken[0]?.plan_root as string)).to.equal("PAYOUT_PERIOD_TAKEN");
    expect(obstacles.get(others[0]?.plan_root as string)).to.equal(undefined);
    await rejection(world.service().run(), PayoutServiceError);
    expect(await paidOf([closed, ...taken, ...others])).to.equal(found.payments);
  });

  it("counts what limits, balance and allowance cover, for all statements of a router together", async () => {
    const rows = [...(await enter(3)), ...(await enter(2))];
    await send(world.router("kyc"), "setLimits", [SUPPLY, 4n * AMOUNT]);
    const found = await preview();
    expect(found).to.include({ payments: 4, amount: 4n * AMOUNT, left: 1, leftAmount: AMOUNT });
    const [first, second] = found.statements;
    expect(first?.obstacle).to.equal(undefined);
    expect(second?.obstacle?.code).to.equal("PAYOUT_DAY_LIMIT");
    const service = world.service({ maxAmount: found.amount });
    const run = await rejection(service.run(), PayoutServiceError);
    expect(second?.obstacle?.message).to.equal(run.message);
    expect(await paidOf(rows)).to.equal(found.payments);
  });

  it("shares a treasury's balance among its routers, and stops where a run stops", async () => {
    const rows = [...(await enter(2)), ...(await enter(2, "v0"))];
    await world.sendToToken("transfer", [hexOf(payeeAt(6_000)), SUPPLY - 3n * AMOUNT]);
    const found = await preview();
    expect(found).to.include({ payments: 3, amount: 3n * AMOUNT, left: 1 });
    expect(found.statements[1]?.obstacle?.code).to.equal("PAYOUT_BALANCE_SHORT");
    expect((await rejection(world.service().run(), PayoutServiceError)).code).to.equal(
      "PAYOUT_BALANCE_SHORT",
    );
    expect(await paidOf(rows)).to.equal(3);
  });

  it("pays nothing after an error that ends the run, and leaves out a single payment above the limit", async () => {
    const rows = [...(await enter(2)), ...(await enter(2, "v0"))];
    const [first] = (await preview()).statements;
    await send(first?.router as string, "setLimits", [SUPPLY, AMOUNT]);
    const found = await preview();
    expect(found).to.include({ payments: 1, left: 3 });
    expect(found.statements.map(({ obstacle }) => obstacle?.code)).to.deep.equal([
      ...["PAYOUT_DAY_LIMIT", "PAYOUT_DAY_LIMIT"],
    ]);
    await rejection(world.service().run(), PayoutServiceError);
    expect(await paidOf(rows)).to.equal(1);
    await send(first?.router as string, "setLimits", [AMOUNT - 1n, SUPPLY]);
    expect(await preview()).to.include({ payments: 2, left: 1 });
    expect((await rejection(world.service().run(), PayoutServiceError)).code).to.equal(
      "PAYOUT_PAYMENT_LIMIT",
    );
    expect(await paidOf(rows)).to.equal(3);
  });

  it("says of a held payout what is missing", async () => {
    const [row] = (await enter(1)) as [NewPayout];
    const { timestamp } = await world.tron.head();
    const expiry = Math.floor(timestamp / 1_000) + 3_600;
    const { kyc_hash, kyc_expiry, compliance_sig } = (await world.approve(
      row,
      expiry,
    )) as Required<NewPayout>;
    const approval = { kyc_hash, kyc_expiry, compliance_sig };
    await world.store.payouts.move(row._id, "pending", "held", approval);
    await world.store.payouts.move(row._id, "held", "pending");
    await world.node.increaseTime(7_200_000);
    await world.node.mine(4);
    expect((await world.service().run()).held).to.equal(1);
    const held = world.events.find(({ kind }) => kind === "held");
    const expired = new Date(expiry * 1_000).toISOString().replace(".000", "");
    expect(held).to.deep.include({ payoutId: row._id, reason: "kyc" });
    expect((held as { detail: string }).detail).to.include(`expired at ${expired}; approve it again`);
  });
});
