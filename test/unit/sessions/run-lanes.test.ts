import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Lane, runLanes } from "../../../offchain/sessions/run-lanes.ts";

describe("lanes", () => {
  const lanesOf = (lanes: number, count: number, work: Lane) => {
    return runLanes({ count, lanes, openLane: () => work, beforeEach: () => undefined });
  };

  it("do every piece once, no more at a time than there are lanes", async () => {
    const done: number[] = [];
    let [active, most] = [0, 0];
    const run = lanesOf(3, 10, async (idx) => {
      most = Math.max(most, ++active);
      await sleep(idx % 3);
      active--;
      done.push(idx);
    });
    await run;
    expect(done.sort((one, other) => one - other)).to.deep.equal([...Array(10).keys()]);
    expect(most).to.equal(3);
  });

  it("of which several fail, fail with the first piece's error when all have ended", async () => {
    const [started, done]: [number[], number[]] = [[], []];
    const run = lanesOf(3, 10, async (idx) => {
      started.push(idx);
      // The later ones fail sooner.
      await sleep(10 * (3 - idx));
      done.push(idx);
      if (idx > 0) throw new Error(`piece ${idx}`);
    });
    const error = await run.catch((reason) => reason);
    expect(error).to.have.property("message", "piece 1");
    expect(done, "what had begun went to its end").to.have.members(started);
    expect(started, "nothing began afterwards").to.deep.equal([0, 1, 2]);
  });
});
