import { expect } from "chai";
import { BATCH_RESERVE, ROWS_PER_BATCH } from "../../../offchain/payouts/payout-service.ts";
import { PayoutServiceError } from "../../../offchain/payouts/service/errors.ts";
import { previewRun } from "../../../offchain/payouts/service/preview.ts";
import { addressOfKey } from "../../../offchain/payouts/tron-client.ts";
import type { NewPayout } from "../../../offchain/store/documents.ts";
import { payeeAt } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";
import { TronWorld } from "../../support/tron-world.ts";

const AMOUNT = 1_000_000n;

describe("the total that is confirmed before a run", function () {
  this.timeout(240_000);
  let world: TronWorld;
  let month = 0;
  beforeEach(async () => {
    world = await TronWorld.open();
  });
  afterEach(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  async function enter(count: number): Promise<NewPayout[]> {
    month += 1;
    const first = 100 * month;
    return await world.enter({
      ...{ count, month: `2026-${String(month).padStart(2, "0")}` },
      payeeOf: (index) => payeeAt(first + index),
      amountOf: () => AMOUNT,
    });
  }
  async function fail({ _id }: NewPayout): Promise<void> {
    await world.store.payouts.move(_id, "pending", "signed");
    await world.store.payouts.move(_id, "signed", "failed", { error: "a person has to look" });
  }
  /** Leaves payouts in flight: the process ends as soon as something was sent. */
  async function interruptAfterSending(): Promise<void> {
    const stop = new AbortController();
    const onEvent = ({ kind }: { kind: string }) => {
      if (kind === "sent") stop.abort(new Error("interrupted"));
    };
    await rejection(world.service({ onEvent }).run(stop.signal), Error);
  }
  const preview = async (retry: boolean) => {
    const { terms, tron, chain, disburserKey } = world;
    const { token, ledger } = world.contracts;
    const disburser = addressOfKey(disburserKey);
    const limits = { rowsPerBatch: ROWS_PER_BATCH, reserve: BATCH_RESERVE };
    return await previewRun(
      { ...terms, token, ledger, disburser, retry, ...limits },
      { payouts: world.store.payouts, tron, chain },
    );
  };
  const paid = async (rows: readonly NewPayout[]) => {
    let sum = 0n;
    for (const row of rows) sum += await world.balanceOf(row.to_addr);
    return sum;
  };

  it("has failed payouts where they are tried again, and none where they are not", async () => {
    const rows = await enter(3);
    await fail(rows[0] as NewPayout);
    expect(await preview(false)).to.include({ payments: 2, amount: 2n * AMOUNT, failed: 1 });
    const { payments, amount, failed } = await preview(true);
    expect({ payments, amount, failed }).to.deep.equal({ payments: 3, amount: 3n * AMOUNT, failed: 0 });
    const service = world.service({ maxAmount: amount });
    expect(await service.retryFailed()).to.equal(1);
    expect((await service.run()).amount).to.equal(amount);
    expect((await preview(true)).amount).to.equal(0n);
  });

  it("leaves out failed payouts that the ledger knows as paid", async () => {
    const [row] = (await enter(1)) as [NewPayout];
    await interruptAfterSending();
    await world.node.mine(5);
    const { status } = (await world.store.payouts.get(row._id)) as { status: "signed" | "broadcast" };
    await world.store.payouts.move(row._id, status, "failed", { error: "a person has to look" });
    expect(await preview(true)).to.include({ payments: 0, amount: 0n, failed: 1 });
  });

  it("has what is in flight, which is paid without being sent again", async () => {
    const sent = await enter(2);
    await interruptAfterSending();
    const pending = await enter(1);
    const { amount, inFlight, inFlightAmount } = await preview(false);
    expect([amount, inFlight, inFlightAmount]).to.deep.equal([AMOUNT, 2, 2n * AMOUNT]);
    const summary = await world.service({ maxAmount: amount + inFlightAmount }).run();
    expect(summary.amount).to.equal(3n * AMOUNT);
    expect(await paid([...sent, ...pending])).to.equal(3n * AMOUNT);
  });

  it("is the most that is paid, whatever becomes due after the question", async () => {
    const sent = await enter(1);
    await interruptAfterSending();
    const pending = await enter(1);
    const { amount, inFlightAmount } = await preview(false);
    const maxAmount = amount + inFlightAmount;
    const late = await enter(1);
    const stopped = await rejection(world.service({ maxAmount }).run(), PayoutServiceError);
    expect(stopped.details).to.deep.equal({
      code: "PAYOUT_AMOUNT_CEILING",
      amount: 3n * AMOUNT,
      ceiling: 2n * AMOUNT,
    });
    expect(await paid([...sent, ...pending, ...late])).to.equal(maxAmount);
    for (const { kind } of world.events) expect(kind).to.not.equal("failed");
    await world.service({ maxAmount: 3n * AMOUNT }).run();
    expect(await paid([...sent, ...pending, ...late]), "a new run goes on").to.equal(3n * AMOUNT);
  });

  it("counts a payout once, though its transaction expired and it is sent again", async () => {
    const rows = await enter(1);
    await world.openStatement(rows);
    const clock = world.steppingClock([
      async () => {
        await world.node.dropPending();
        await world.node.increaseTime(3_600_000);
        await world.node.mine(4);
      },
    ]);
    const summary = await world.service({ maxAmount: AMOUNT }, world.store, clock).run();
    expect(summary).to.include({ dead: 1, confirmed: 1, amount: AMOUNT });
  });
});
