import { assert } from "chai";
import type { AnchoringPlan, Costs } from "../../offchain/anchoring/plan-anchoring.ts";
import { amount, gwei } from "../../tasks/amounts.ts";
import { printPlan } from "../../tasks/session/print-plan.ts";
import { formatTable } from "../../tasks/table.ts";

const WIDTH = 80;

describe("the plan of anchoring", () => {
  it("shows amounts in gwei or ether, with at most six significant digits", () => {
    assert.deepEqual(
      [0n, 1n, 1_234_567_891n, 999_999_999_999_999n, 10n ** 15n, 123_456_789n * 10n ** 12n].map(amount),
      ["0 gwei", "0.000000001 gwei", "1.23457 gwei", "1000000 gwei", "0.001 ether", "123.457 ether"],
    );
    assert.equal(gwei(31_000_000_007n), "31");
  });

  it("fits 80 columns, and says what a session costs in each mode", () => {
    const lines: string[] = [];
    const print = (text = "") => void lines.push(text);
    const costs = (gas: bigint): Costs => ({
      now: gas * 31_234_567_891n,
      low: gas * 1_234_567_891n,
      median: gas * 20_234_567_891n,
      high: gas * 98_234_567_891n,
    });
    const option = (mode: "single" | "batch" | "tree", transactions: number, gas: bigint) => ({
      mode,
      transactions,
      gas,
      cost: costs(gas),
      perSession: { gas: gas / 3_000n, cost: costs(gas / 3_000n) },
    });
    const { now, low, median, high } = costs(1n);
    const plan: AnchoringPlan = {
      sessions: 3_000,
      prices: { now, low, median, high, blocks: 7_200 } as AnchoringPlan["prices"],
      options: [
        option("tree", 1, 140_000n),
        option("batch", 65, 342_000_000n),
        option("single", 3_000, 424_551_000n),
      ],
      cheapest: "tree",
      isAboveMedian: true,
    };
    const table = (rows: readonly Record<string, unknown>[]) => lines.push(...formatTable(rows));
    printPlan({ line: print, table }, plan, 3_600);
    for (const line of lines) assert.isAtMost(line.length, WIDTH, line);
    const single = lines.find((line) => line.startsWith("single"));
    assert.match(single ?? "", /^single +3000 +424551000 +13\.2607 ether +141517 +0\.00442022 ether$/);
  });
});
