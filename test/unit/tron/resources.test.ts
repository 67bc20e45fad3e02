import { assert } from "chai";
import fc from "fast-check";
import { MAINNET_PARAMETERS } from "../../../devnet/tron/chain-parameters.ts";
import { caughtUp } from "../../../devnet/tron/resources/energy-factor.ts";
import { decayed } from "../../../devnet/tron/resources/usage.ts";

const DAY = 28_800;
const parameters = { ...MAINNET_PARAMETERS, dynamicEnergyThreshold: 1_000 };

describe("used bandwidth", () => {
  it("is all there in the same slot, half after half a day, and none after a day", () => {
    assert.equal(decayed(600, 7, 7), 600);
    assert.equal(decayed(600, 7, 7 + DAY / 2), 300);
    assert.equal(decayed(600, 7, 7 + DAY), 0);
    assert.equal(decayed(600, 7, 7 + 2 * DAY, 100), 100);
  });

  it("never grows with time, and is never negative", () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(2 * DAY), fc.nat(2 * DAY), (used, one, other) => {
        const [sooner, later] = one < other ? [one, other] : [other, one];
        assert.isAtLeast(decayed(used, 0, sooner), decayed(used, 0, later));
        assert.isAtLeast(decayed(used, 0, later), 0);
      }),
    );
  });
});

describe("a contract's energy factor", () => {
  const usage = (energyUsage: number, energyFactor: number) => ({
    energyUsage,
    energyFactor,
    updateCycle: 1,
  });

  it("rises by a fifth of the whole each cycle over the threshold, up to its most", () => {
    let factor = 0;
    const factors: number[] = [];
    for (let cycle = 0; cycle < 10; cycle++) {
      factor = caughtUp(usage(1_000, factor), 2, parameters).energyFactor;
      factors.push(factor);
    }
    assert.deepEqual(factors.slice(0, 3), [2_000, 4_400, 7_280]);
    assert.equal(factors.at(-1), 34_000);
  });

  it("falls by a twentieth each quiet cycle, down to nothing", () => {
    assert.equal(caughtUp(usage(999, 2_000), 2, parameters).energyFactor, 1_400);
    assert.equal(caughtUp(usage(999, 2_000), 50, parameters).energyFactor, 0);
    assert.equal(caughtUp(usage(1_000, 2_000), 3, parameters).energyFactor, 3_680);
  });

  it("stays within a cycle, and forgets what was used before the first one", () => {
    assert.deepEqual(caughtUp(usage(5, 6), 1, parameters), usage(5, 6));
    const first = { energyUsage: 9_999, energyFactor: 0, updateCycle: 0 };
    assert.deepEqual(caughtUp(first, 1, parameters), { energyUsage: 0, energyFactor: 0, updateCycle: 1 });
  });
});
