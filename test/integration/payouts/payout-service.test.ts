import { expect } from "chai";
import { TronWorld } from "../../support/tron-world.ts";

describe("the payout service on a local TRON node", function () {
  this.timeout(120_000);
  let world: TronWorld;
  before(async () => {
    world = await TronWorld.open();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  it("pays a month in batches, each payee his amount once", async () => {
    const rows = await world.enter({ count: 45, month: "2026-01" });
    const summary = await world.service().run();
    for (const row of rows) {
      expect(await world.statusOf(row)).to.deep.equal({ status: "confirmed", error: undefined });
      expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
    }
    expect(summary).to.deep.include({ confirmed: 45, failed: 0, held: 0, refused: 0, transactions: 4 });
  });
});
