import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { inBatches } from "../../../offchain/sessions/in-batches.ts";

describe("work in batches", () => {
  it("begins after what it is for was handed in, and never twice at a time", async () => {
    const batches: number[][] = [];
    let isRunning = false;
    const add = inBatches<number>(async (items) => {
      expect(isRunning).to.equal(false);
      isRunning = true;
      batches.push([...items]);
      await sleep(5);
      isRunning = false;
    });
    const first = add(1);
    await sleep(1);
    // While the first is worked on.
    await Promise.all([first, add(2), add(3), add(4)]);
    await add(5);
    expect(batches).to.deep.equal([[1], [2, 3, 4], [5]]);
  });

  it("fails for those in the batch, not for those of the next one", async () => {
    const add = inBatches<number>(async (items) => {
      await sleep(1);
      if (items.includes(1)) throw new Error("no");
    });
    const outcomes = await Promise.allSettled([add(1), sleep(0).then(() => add(2))]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(["rejected", "fulfilled"]);
  });
});
