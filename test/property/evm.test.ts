import { assert } from "chai";
import fc from "fast-check";
import { type Fees, feesFor } from "../../offchain/evm/gas/fees.ts";
import { confidenceOf } from "../../offchain/evm/gas/gas-estimate.ts";
import { fitLinear, fitted } from "../../offchain/evm/gas/linear-fit.ts";
import { bumpFees, feeCeiling } from "../../offchain/evm/transactions/bump-fees.ts";
import {
  decide,
  isFinal,
  type MonitorPolicy,
  type Observation,
  type Watch,
} from "../../offchain/evm/transactions/monitor-decision.ts";

const wei = fc.bigInt({ min: 0n, max: 10n ** 13n });
const dynamic = fc.tuple(wei, wei).map(([baseFee, tip]) => feesFor(baseFee, tip));
const plain = wei.map((price): Fees => ({ type: 0, baseFee: 0n, tip: price, feeCap: price }));
const fees = fc.oneof(dynamic, plain);

describe("fee bumps", () => {
  it("rise by at least a tenth on tip and cap, and stay below the ceiling", () => {
    fc.assert(
      fc.property(fees, fc.array(dynamic, { minLength: 1, maxLength: 12 }), (first, suggestions) => {
        let offered = first;
        for (const suggested of suggestions) {
          const raised = bumpFees(offered, suggested);
          if (raised === undefined) continue;
          assert.isTrue(raised.tip * 10n >= offered.tip * 11n && raised.tip > offered.tip, "tip");
          assert.isTrue(raised.feeCap * 10n >= offered.feeCap * 11n && raised.feeCap > offered.feeCap, "cap");
          assert.isTrue(raised.tip <= raised.feeCap, "tip within the cap");
          assert.isTrue(raised.feeCap <= feeCeiling(suggested), "ceiling");
          offered = raised;
        }
      }),
      { numRuns: 500 },
    );
  });

  it("end: at steady prices only so many fit below the ceiling", () => {
    fc.assert(
      fc.property(dynamic, (suggested) => {
        let offered: Fees | undefined = suggested;
        let bumps = -1;
        for (; offered !== undefined; bumps++) offered = bumpFees(offered, suggested);
        assert.isAtMost(bumps, 17, "1.1^17 > 5");
      }),
    );
  });
});

const policy: MonitorPolicy = {
  confirmations: 3,
  resendAfterMs: 1_000,
  maxResends: 2,
  bumpAfterMs: 5_000,
  timeoutMs: 60_000,
};
const NONCE = 7;
const inclusion = fc.record({
  txid: fc.constantFrom("0xa", "0xb"),
  blockNumber: fc.integer({ min: 90, max: 110 }),
  blockHash: fc.constantFrom("0x1", "0x2"),
  succeeded: fc.boolean(),
});
const chain = fc.record({
  head: fc.integer({ min: 90, max: 112 }),
  usedNonces: fc.integer({ min: NONCE - 1, max: NONCE + 2 }),
  finalNonces: fc.integer({ min: NONCE - 1, max: NONCE + 2 }),
  inclusion: fc.option(inclusion, { nil: undefined }),
  isInPool: fc.boolean(),
});
const observations = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 8_000 }), fc.option(chain, { nil: undefined })), {
    maxLength: 30,
  })
  .map((steps) => {
    let at = 0;
    return steps.map(([pause, snapshot]): Observation => {
      at += pause;
      return { at, chain: snapshot };
    });
  });
const fresh: Watch = {
  state: "submitted",
  nonce: NONCE,
  since: 0,
  sentAt: 0,
  resends: 0,
  inclusion: undefined,
};

describe("the monitor's decision", () => {
  it("never leaves a final state, whatever is seen in whatever order", () => {
    fc.assert(
      fc.property(observations, (seen) => {
        let watch = fresh;
        for (const observation of seen) {
          const { watch: next, action } = decide(watch, observation, policy);
          if (isFinal(watch.state)) {
            assert.deepEqual(next, watch);
            assert.equal(action, "none");
          }
          watch = next;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("calls nothing confirmed, failed or replaced before it has k confirmations", () => {
    fc.assert(
      fc.property(observations, (seen) => {
        let watch = fresh;
        for (const observation of seen) {
          const { watch: next } = decide(watch, observation, policy);
          const { chain: snapshot } = observation;
          if (next.state !== watch.state && (next.state === "confirmed" || next.state === "failed")) {
            const depth = (snapshot?.head ?? 0) - (next.inclusion?.blockNumber ?? Number.NaN) + 1;
            assert.isAtLeast(depth, policy.confirmations);
            assert.equal(next.state === "confirmed", next.inclusion?.succeeded);
          }
          if (next.state !== watch.state && next.state === "replaced") {
            assert.isAbove(snapshot?.finalNonces ?? 0, NONCE);
          }
          watch = next;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("sends again only what no pool holds, and bumps only what is next in line", () => {
    fc.assert(
      fc.property(observations, (seen) => {
        let watch = fresh;
        for (const observation of seen) {
          const decision = decide(watch, observation, policy);
          const { chain: snapshot } = observation;
          if (decision.action === "resend") assert.isFalse(snapshot?.isInPool);
          if (decision.action === "bump") {
            assert.isTrue(snapshot?.isInPool);
            assert.equal(snapshot?.usedNonces, NONCE);
          }
          if (decision.action !== "none") assert.isUndefined(snapshot?.inclusion);
          watch = decision.watch;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the fit of gas against item counts", () => {
  const samples = fc.array(
    fc.record({ chunks: fc.integer({ min: 0, max: 500 }), words: fc.integer({ min: 0, max: 20 }) }),
    {
      minLength: 12,
      maxLength: 60,
    },
  );

  it("finds again what was linear, and says it for counts that it has not seen", () => {
    fc.assert(
      fc.property(
        samples,
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 0, max: 30_000 }),
        (items, base, slope) => {
          fc.pre(
            new Set(items.map(({ chunks }) => chunks)).size > 3 &&
              new Set(items.map(({ words }) => words)).size > 3,
          );
          const gasOf = ({ chunks, words }: (typeof items)[number]) => base + slope * chunks + 7 * words;
          const fit = fitLinear(items.map((each) => ({ items: each, gas: gasOf(each) })));
          const unseen = { chunks: 250, words: 4 };
          assert.isTrue(Math.abs(fitted(fit, unseen) - gasOf(unseen)) < 1, "within a unit of gas");
        },
      ),
    );
  });

  it("is surer the more samples there are and the closer they lie", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.integer({ min: 1, max: 1_000 }),
        (spread, count) => {
          const confidence = confidenceOf(spread, count);
          assert.isTrue(confidence > 0 && confidence < 1);
          assert.isAbove(confidenceOf(spread, count + 1), confidence);
          assert.isBelow(confidenceOf(spread + 0.1, count), confidence);
        },
      ),
    );
  });
});
