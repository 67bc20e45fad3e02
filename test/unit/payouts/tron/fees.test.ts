import { expect } from "chai";
import {
  feesOf,
  formatTrx,
  missingForFees,
  type TronAccount,
} from "../../../../offchain/payouts/tron/fees.ts";

const PRICES = { energy: 100n, bandwidth: 1_000n, maxFeeLimit: 15_000_000_000n };
const RESERVE = 520_000n;
const account = (change: Partial<TronAccount> = {}): TronAccount => ({
  balance: 1_000_000_000n,
  energy: 0n,
  bandwidth: 0n,
  ...change,
});

describe("fees on TRON", () => {
  it("the limit covers the energy, a margin and the reserve; the expectation only what is charged", () => {
    const fees = feesOf({ energy: 1_000_000n, reserve: RESERVE, bytes: 931 }, PRICES, account());
    expect(fees.feeLimit).to.equal((1_250_000n + RESERVE) * 100n);
    expect(fees.bandwidthFee).to.equal(1_000n * 1_000n);
    expect(fees.expected).to.equal(100_000_000n + 1_000_000n);
  });

  it("staked energy and free bandwidth cost nothing; bandwidth is all or nothing", () => {
    const call = { energy: 1_000n, reserve: 0n, bytes: 931 };
    expect(feesOf(call, PRICES, account({ energy: 5_000n, bandwidth: 1_000n })).expected).to.equal(0n);
    expect(feesOf(call, PRICES, account({ energy: 400n, bandwidth: 999n })).expected).to.equal(
      60_000n + 1_000_000n,
    );
  });

  it("says how much TRX is missing, to the sun", () => {
    const call = { energy: 1_000n, reserve: 0n, bytes: 931 };
    const fees = feesOf(call, PRICES, account());
    const needed = 125_000n + 1_000_000n;
    expect(missingForFees(fees, PRICES, account({ balance: needed }))).to.equal(0n);
    expect(missingForFees(fees, PRICES, account({ balance: needed - 1n }))).to.equal(1n);
    expect(missingForFees(fees, PRICES, account({ balance: 0n, energy: 250n }))).to.equal(1_100_000n);
    // Staked energy does not pay for bytes.
    expect(missingForFees(fees, PRICES, account({ balance: 0n, energy: 10n ** 9n }))).to.equal(1_000_000n);
  });

  it("writes sun as TRX", () => {
    expect([0n, 1n, 1_500_000n, 27_000_000n].map(formatTrx)).to.deep.equal(["0", "0.000001", "1.5", "27"]);
  });
});
