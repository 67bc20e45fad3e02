import { assert } from "chai";
import fc from "fast-check";
import { sendBatches } from "../../offchain/anchoring/send-batches.ts";
import { EvmError } from "../../offchain/evm/errors.ts";
import { afterEstimate, afterRefusal, type BatchRoom, batchSize } from "../../offchain/evm/gas/batch-size.ts";

const room = fc.record({
  mostItems: fc.integer({ min: 1, max: 500 }),
  mostGas: fc.bigInt({ min: 21_000n, max: 2n ** 26n }),
});

describe("batch sizes", () => {
  it("stay within what is allowed, and are at least one", () => {
    fc.assert(
      fc.property(
        room,
        fc.array(
          fc.tuple(fc.integer({ min: 1, max: 500 }), fc.option(fc.bigInt({ min: 1n, max: 2n ** 28n }))),
        ),
        fc.integer({ min: 1, max: 1_000 }),
        (first, lessons, waiting) => {
          const learned = lessons.reduce<BatchRoom>(
            (known, [items, gas]) =>
              gas === null ? afterRefusal(known, items) : afterEstimate(known, items, gas),
            first,
          );
          const size = batchSize(learned, waiting);
          assert.isAtLeast(size, 1);
          assert.isAtMost(size, Math.min(waiting, first.mostItems));
        },
      ),
    );
  });

  it("shrink with every batch that does not fit", () => {
    fc.assert(
      fc.property(
        room,
        fc.integer({ min: 2, max: 500 }),
        fc.option(fc.bigInt({ min: 1n, max: 2n ** 28n })),
        (known, items, above) => {
          const learned =
            above === null ? afterRefusal(known, items) : afterEstimate(known, items, known.mostGas + above);
          assert.isBelow(batchSize(learned, 1_000), items);
        },
      ),
    );
  });
});

/** A chain on which a batch needs so much gas, and the node refuses an estimate above its cap without a number. */
const chain = fc.record({
  constant: fc.integer({ min: 21_000, max: 60_000 }),
  perItem: fc.integer({ min: 1_000, max: 150_000 }),
  mostGas: fc.integer({ min: 300_000, max: 20_000_000 }),
  cap: fc.integer({ min: 250_000, max: 50_000_000 }),
  mostItems: fc.integer({ min: 1, max: 500 }),
  inFlight: fc.integer({ min: 1, max: 8 }),
});

describe("sending in batches", () => {
  it("sends every item once, in order, in few batches that all fit, whatever the chain takes", async () => {
    await fc.assert(
      fc.asyncProperty(chain, fc.integer({ min: 0, max: 1_200 }), async (rules, count) => {
        const { constant, perItem, mostGas, cap, mostItems, inFlight } = rules;
        const gasOf = (batch: readonly number[]) => constant + perItem * batch.length;
        const refuseAbove = (most: number, batch: readonly number[], isSaid: boolean) => {
          if (gasOf(batch) <= most) return;
          const gas = isSaid ? String(gasOf(batch)) : undefined;
          const details = { action: "test", gas, limit: String(most), limitedBy: "the test" };
          throw new EvmError({ code: "CALL_TOO_LARGE", ...details });
        };
        const items = Array.from({ length: count }, (_, i) => i);
        const sent: number[][] = [];
        let flying = 0;
        const sending = sendBatches(items, {
          mostItems,
          inFlight,
          bounds: {
            call: { gas: BigInt(2 * mostGas), setBy: "the test" },
            batch: { gas: BigInt(mostGas), setBy: "the test" },
          },
          gasLimitOf: async (batch) => {
            refuseAbove(cap, batch, false);
            return BigInt(gasOf(batch));
          },
          send: async (batch, { gas }) => {
            refuseAbove(cap, batch, false);
            refuseAbove(Number(gas), batch, true);
            flying += 1;
            assert.isAtMost(flying, inFlight, "in flight");
            await Promise.resolve();
            flying -= 1;
            sent.push([...batch]);
          },
        });
        const given: number[] = [];
        for await (const { batch } of sending) given.push(...batch);
        const byNumber = (a: number, b: number) => a - b;
        assert.deepEqual(sent.flat().sort(byNumber), items, "sent once");
        assert.deepEqual([...given].sort(byNumber), items, "given once");
        const most = Math.max(
          1,
          Math.min(mostItems, Math.floor((Math.min(mostGas, cap) - constant) / perItem)),
        );
        // A node that names no number costs up to half of the size, what every call pays a little more.
        assert.isAtMost(sent.length, Math.ceil(count / most) * 3 + 1, `batches, where ${most} fit`);
      }),
      { numRuns: 300 },
    );
  });

  it("gives what went through, and then says what did not", async () => {
    const given: number[] = [];
    const sending = sendBatches([1, 2, 3, 4, 5], {
      mostItems: 1,
      inFlight: 2,
      bounds: { call: { gas: 10n, setBy: "the test" }, batch: { gas: 5n, setBy: "the test" } },
      gasLimitOf: async () => 1n,
      send: async ([item]) => {
        if (item === 2) throw new Error("two");
      },
    });
    let said: unknown;
    try {
      for await (const { batch } of sending) given.push(...batch);
    } catch (error) {
      said = error;
    }
    assert.equal((said as Error).message, "two");
    assert.include(given, 1);
    assert.notInclude(given, 5, "nothing is begun after a failure");
  });
});
