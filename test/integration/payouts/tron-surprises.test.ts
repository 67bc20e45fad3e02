import { expect } from "chai";
import { ROUTER_ABI } from "../../../offchain/payouts/service/router-calls.ts";
import { TronSender } from "../../../offchain/payouts/service/tron-sender.ts";
import type { NewPayout } from "../../../offchain/store/documents.ts";
import { hexOf } from "../../../offchain/tron-address.ts";
import { payeeAt } from "../../support/planned-rows.ts";
import { MAX_FEE, TronWorld } from "../../support/tron-world.ts";

const HOUR_MS = 3_600_000;

/** What surprised us about real nodes (docs/payouts.md), each as a test of the service. */
describe("the surprises of TRON", function () {
  this.timeout(240_000);
  let world: TronWorld;
  let next = 0;
  before(async () => {
    world = await TronWorld.open();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    world.events.length = 0;
  });

  /** One payout whose statement is open, so that the service's first transaction is its batch. */
  async function onePayout(): Promise<NewPayout> {
    next += 1;
    const payee = payeeAt(5_000 + next);
    const month = `2027-${String(next).padStart(2, "0")}`;
    const rows = await world.enter({ count: 1, month, payeeOf: () => payee });
    await world.openStatement(rows);
    return rows[0] as NewPayout;
  }
  const runWith = async (...steps: (() => Promise<void>)[]) =>
    await world.service({}, world.store, world.steppingClock(steps)).run();
  const transactionOf = async ({ _id }: NewPayout) => (await world.store.payouts.get(_id))?.txid;
  const sent = () => world.events.flatMap((event) => (event.kind === "sent" ? [event.txid] : []));
  const headBalance = async (row: NewPayout) =>
    await world.chain.balanceOf(world.contracts.token, row.to_addr, "head");

  it("pending state that looks like success, and vanishes, confirms nothing", async () => {
    const row = await onePayout();
    await runWith(
      async () => {
        expect(await headBalance(row), "the node shows it as paid").to.equal(row.usdt_amount);
        expect(await world.statusOf(row)).to.include({ status: "broadcast" });
        await world.node.dropPending();
      },
      async () => {
        expect(await headBalance(row)).to.equal(0n);
        expect(await world.statusOf(row)).to.include({ status: "broadcast" });
      },
    );
    expect(await world.statusOf(row)).to.include({ status: "confirmed" });
    expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
    expect(sent(), "the same bytes were sent again").to.deep.equal([await transactionOf(row)]);
  });

  it("a block that is replaced takes the payment with it, and confirms nothing", async () => {
    const row = await onePayout();
    await runWith(
      async () => await world.node.mine(),
      async () => {
        expect(await headBalance(row), "it is in a block").to.equal(row.usdt_amount);
        expect(await world.statusOf(row)).to.include({ status: "broadcast" });
        await world.node.dropUnsolidified();
      },
    );
    expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
    expect(await world.statusOf(row)).to.include({ status: "confirmed" });
  });

  it("a transaction expires by the chain's time, not by the clock: nothing is rebuilt before", async () => {
    const row = await onePayout();
    const real = world.clock;
    let late = 0;
    const clock = {
      now: () => real.now() + late,
      sleepUntil: async (timeMs: number, signal?: AbortSignal) => {
        // No block comes for an hour; then the transaction is in the first one.
        late += HOUR_MS / 4;
        if (late >= HOUR_MS) await real.sleepUntil(timeMs, signal);
      },
    };
    await world.service({}, world.store, clock).run();
    expect(sent()).to.have.length(1);
    expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("is rebuilt only when it is dead, and then pays once", async () => {
    const row = await onePayout();
    await runWith(async () => {
      await world.node.dropPending();
      await world.node.increaseTime(HOUR_MS);
      await world.node.mine(3);
    });
    expect(world.events.filter(({ kind }) => kind === "dead")).to.have.length(1);
    const [first, second] = sent();
    expect(first).to.not.equal(second);
    expect(await transactionOf(row)).to.equal(second);
    expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("equal transactions that are built within one block differ", async () => {
    const data = ROUTER_ABI.kyc.encodeFunctionData("revokePayee", [hexOf(payeeAt(1))]);
    const call = { contract: world.router("kyc"), name: "revokePayee", data };
    const sign = async () => await world.tron.signCall(call, 1_000_000n, world.disburserKey);
    const signed = await Promise.all([sign(), sign(), sign(), sign()]);
    expect(new Set(signed.map(({ txid }) => txid)).size).to.equal(4);
  });

  it("what was refused is taken later: the same bytes, and one payment", async () => {
    const row = await onePayout();
    const { disburser } = world.service();
    const { balance } = await world.tron.account(disburser);
    world.node.setFaults({ lostRequests: 1 });
    await runWith(
      async () => {
        expect(await world.statusOf(row)).to.include({ status: "signed" });
        world.node.setFaults({ lostRequests: 0 });
        await world.node.setBalance(disburser, 0n);
      },
      async () => {
        const resent = world.events.filter((event) => event.kind === "resent").at(-1);
        expect(resent?.answer, "refused for want of TRX").to.equal("BANDWITH_ERROR");
        expect(await world.statusOf(row)).to.include({ status: "signed" });
        await world.node.setBalance(disburser, balance);
      },
    );
    expect(sent()).to.deep.equal([await transactionOf(row)]);
    expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("a transaction that reverts is accepted and charged; its rows are pending again, and paid once", async () => {
    const row = await onePayout();
    const admin = new TronSender(
      { key: world.node.accounts[0]?.privateKey as string, maxFee: MAX_FEE },
      world,
    );
    const sendToRouter = async (name: string) => {
      const data = ROUTER_ABI.kyc.encodeFunctionData(name, []);
      await admin.send({ contract: world.router("kyc"), name, data, purpose: name });
      await world.node.mine();
    };
    await runWith(
      async () => {
        await world.node.dropPending();
        await sendToRouter("pause");
      },
      async () => {
        await world.node.mine(3);
      },
    ).then(
      () => expect.fail("it stops, for the router is paused"),
      (error) => expect(error.code).to.equal("PAYOUT_ROUTER_PAUSED"),
    );
    const [charged] = world.events.filter((event) => event.kind === "charged");
    expect(charged?.fee, "a failed transaction costs").to.satisfy((fee: bigint) => fee > 0n);
    expect(await world.statusOf(row)).to.deep.equal({ status: "pending", error: "EnforcedPause" });
    expect(await world.balanceOf(row.to_addr)).to.equal(0n);
    await sendToRouter("unpause");
    await world.service().run();
    expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("what runs out of time burns its fee limit, and its rows are paid once by another one", async () => {
    next += 1;
    const payees = (index: number) => payeeAt(6_000 + index);
    const rows = await world.enter({
      count: 8,
      month: `2027-${String(next).padStart(2, "0")}`,
      payeeOf: payees,
    });
    await world.openStatement(rows);
    world.node.setFaults({ outOfTime: 1 });
    await runWith(async () => {
      await world.node.mine(3);
      world.node.setFaults({ outOfTime: 0 });
    });
    const sizes = world.events.flatMap((event) => (event.kind === "sent" ? [event.rows] : []));
    expect(sizes).to.deep.equal([8, 4, 4]);
    const [burned, paid] = world.events.flatMap((event) => (event.kind === "charged" ? [event.fee] : []));
    expect(burned).to.satisfy((fee: bigint) => fee > (paid as bigint));
    for (const row of rows) expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("batches that run out of time again and again become smaller until they pass, and no payout fails", async () => {
    next += 1;
    const rows = await world.enter({
      ...{ count: 8, month: `2027-${String(next).padStart(2, "0")}` },
      payeeOf: (index) => payeeAt(7_000 + index),
    });
    await world.openStatement(rows);
    world.node.setFaults({ outOfTime: 1 });
    const mine = async () => await world.node.mine(3);
    await runWith(mine, mine, async () => {
      await mine();
      world.node.setFaults({ outOfTime: 0 });
    });
    const sizes = world.events.flatMap((event) => (event.kind === "sent" ? [event.rows] : []));
    expect(sizes.slice(0, 7)).to.deep.equal([8, 4, 4, 2, 2, 2, 2]);
    expect(world.events.filter(({ kind }) => kind === "failed")).to.deep.equal([]);
    for (const row of rows) expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });
});
