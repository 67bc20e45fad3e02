import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { assert } from "chai";
import { ManualClock } from "../../../devnet/manual-clock.ts";
import { untilQuiet } from "../../../devnet/poot-world/until-quiet.ts";

describe("a simulated clock", () => {
  it("knows who wakes next, and wakes nobody before", async () => {
    const clock = new ManualClock(1_000);
    const woken: number[] = [];
    const sleepers = [3_000, 2_000].map((at) => clock.sleepUntil(at).then(() => woken.push(at)));
    assert.equal(clock.nextWake, 2_000);
    clock.set(2_999);
    await sleep(1);
    assert.deepEqual([woken, clock.nextWake], [[2_000], 3_000]);
    clock.set(3_000);
    await Promise.all(sleepers);
    assert.deepEqual([woken, clock.nextWake], [[2_000, 3_000], undefined]);
  });

  it("forgets a sleeper that was told to end", async () => {
    const clock = new ManualClock(1_000);
    const ending = new AbortController();
    const sleeping = clock.sleepUntil(2_000, ending.signal).then(
      () => "woke up",
      (error: unknown) => error,
    );
    ending.abort("enough");
    assert.equal(await sleeping, "enough");
    assert.isUndefined(clock.nextWake);
  });
});

describe("waiting until nothing is under way", () => {
  it("waits for what is counted, for requests and for files", async () => {
    const done: string[] = [];
    let count = 0;
    let isBusy = true;
    const counting = (async () => {
      for (; count < 5; count += 1) await sleep(1);
      done.push("counted");
    })();
    const asking = sleep(30).then(() => {
      isBusy = false;
      done.push("answered");
    });
    const reading = (async () => {
      for (let round = 0; round < 100; round += 1) await readFile(import.meta.filename);
      done.push("read");
    })();
    await untilQuiet({ count: () => count, isBusy: () => isBusy });
    assert.sameMembers(done, ["counted", "answered", "read"]);
    await Promise.all([counting, asking, reading]);
  });
});
