import { assert } from "chai";
import fc from "fast-check";
import { canBeOfOneChain, chooseHead } from "../../../offchain/evm/endpoints/choose-head.ts";
import type { Head } from "../../../offchain/evm/endpoints/endpoint-head.ts";

/** Seconds; the blocks of the tests are dated from it. */
const NOW = 1_800_000_000;
const NOW_MS = 1_000 * NOW;

/** A block every twelve seconds. */
const PACE = 1 / 12;

/** A head at a height, so many seconds old, of a chain whose pace is known or not. */
const head = (number: number, age = 0, pace?: number): Head => ({
  number: BigInt(number),
  timestamp: NOW - age,
  pace,
});
const choose = (heads: readonly (Head | undefined)[], preferred = 0) => chooseHead(heads, preferred, NOW_MS);

describe("which endpoint's head is believed", () => {
  it("the furthest", () => {
    assert.equal(choose([head(100, 12), head(101), undefined]), 1);
    assert.equal(choose([head(101), head(100, 12), undefined]), 0);
  });

  it("the one in use, where none is further", () => {
    assert.equal(choose([head(100), head(100), head(99, 12)], 1), 1);
  });

  it("none where none is shown", () => {
    assert.isUndefined(choose([undefined, undefined]));
  });

  it("the furthest, where others have fallen far behind: their blocks are old", () => {
    assert.equal(choose([head(100, 100_000), head(8_000), head(7_990, 100)]), 1);
  });

  it("not one from the future while another is of now", () => {
    assert.equal(choose([head(100, 5), head(101, -3_600)]), 0);
    assert.equal(choose([head(101, -3_600), head(100, -50)]), 1, "a minute is what clocks may differ by");
  });

  it("one from the future where all are: a clock is slow, or a local chain was moved in time", () => {
    assert.equal(choose([head(100, -3_600), head(101, -3_600)]), 1);
  });

  it("of two that cannot both be, the lower", () => {
    assert.equal(choose([head(100, 5), head(7_000)]), 0);
    assert.equal(choose([head(7_000), head(100, 5)]), 1);
    assert.equal(choose([head(7_000, -59), head(100, 5)]), 1, "the tolerance of clocks buys nothing");
  });

  it("of two the lower, where the other is ahead by more than the chain's pace allows", () => {
    assert.equal(choose([head(100, 12, PACE), head(104)]), 1, "a block, and what forks may differ by");
    assert.equal(choose([head(100, 12, PACE), head(110)]), 0);
    assert.equal(choose([head(100, 12), head(110)]), 1, "a chain without a pace may make its blocks at once");
  });

  it("the further, where the other has been left behind by a chain that now is faster", () => {
    assert.equal(choose([head(100, 600, PACE), head(1_100)]), 1);
  });

  it("what most agree with, whether the odd one is too high or too low", () => {
    assert.equal(choose([head(7_000), head(100, 12), head(101)]), 2);
    assert.equal(choose([head(10), head(7_000, 12), head(7_001)]), 2);
  });

  it("an honest one, where a third has fallen behind and could be of one chain with either", () => {
    assert.equal(choose([head(50, 10_000), head(1_000, 2), head(9_000)]), 1);
  });

  it("property: whatever the order of the endpoints, the same; of two in dispute, the lower", () => {
    const shown = fc.record({
      number: fc.bigInt(0n, 10_000n),
      timestamp: fc.integer({ min: NOW - 600, max: NOW }),
    });
    const heads = fc.uniqueArray(shown, { minLength: 1, maxLength: 5, selector: ({ number }) => number });
    fc.assert(
      fc.property(heads, (inOrder) => {
        const chosen = inOrder[choose(inOrder) as number] as Head;
        const reversed = [...inOrder].reverse();
        assert.deepEqual(reversed[choose(reversed) as number], chosen);
        const rivals = inOrder.filter((one) => !canBeOfOneChain(one, chosen, NOW_MS));
        if (inOrder.length === 2) assert.isTrue(rivals.every(({ number }) => number > chosen.number));
      }),
    );
  });
});
