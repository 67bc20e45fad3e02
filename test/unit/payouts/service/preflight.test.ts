import { expect } from "chai";
import fc from "fast-check";
import { PayoutServiceError } from "../../../../offchain/payouts/service/errors.ts";
import { payableNow, type RouterState } from "../../../../offchain/payouts/service/preflight.ts";
import type { PayableRow } from "../../../../offchain/payouts/service/router-calls.ts";

const USDT = 1_000_000n;
const TERMS = { disburser: "TDisburser", token: "TToken", ledger: "TLedger", due: 60n * USDT };
const STATE: RouterState = {
  router: "TRouter",
  isPaused: false,
  isDisburser: true,
  isAdmitted: true,
  paymentLimit: 100n * USDT,
  dayLimit: 1_000n * USDT,
  paidToday: 0n,
  token: "TToken",
  ledger: "TLedger",
  treasury: "TTreasury",
  tokenPaused: false,
  tokenDeprecated: false,
  feeBasisPoints: 0n,
  feeMaximum: 0n,
  treasuryBlacklisted: false,
  balance: 1_000n * USDT,
  allowance: 1_000n * USDT,
  statementLeft: 1_000n * USDT,
};
const rowsOf = (...amounts: bigint[]) =>
  amounts.map(
    (amount, index) => ({ payoutId: `0x${index}`, root: "0xroot", amount }) as unknown as PayableRow,
  ) as [PayableRow, ...PayableRow[]];
const decide = (change: Partial<RouterState>, ...amounts: bigint[]) =>
  payableNow(
    rowsOf(...(amounts.length > 0 ? amounts : [10n * USDT, 20n * USDT, 30n * USDT])),
    { ...STATE, ...change },
    TERMS,
  );

describe("what prevents a payment", () => {
  const stops: [Partial<RouterState>, string, RegExp][] = [
    [{ isPaused: true }, "PAYOUT_ROUTER_PAUSED", /TRouter is paused/],
    [{ isDisburser: false }, "PAYOUT_ROLE_MISSING", /TDisburser does not hold DISBURSER on TRouter/],
    [{ isAdmitted: false }, "PAYOUT_ROLE_MISSING", /TRouter does not hold ROUTER on TLedger/],
    [{ token: "TOther" }, "PAYOUT_ROUTER_DIFFERS", /token TOther, expected TToken/],
    [{ ledger: "TOther" }, "PAYOUT_ROUTER_DIFFERS", /ledger TOther, expected TLedger/],
    [{ tokenPaused: true }, "PAYOUT_TOKEN_PAUSED", /TToken is paused/],
    [{ tokenDeprecated: true }, "PAYOUT_TOKEN_DEPRECATED", /deprecated/],
    [{ feeBasisPoints: 10n, feeMaximum: 5n * USDT }, "PAYOUT_TOKEN_FEE", /10 basis points, 5 USDT at most/],
    [{ treasuryBlacklisted: true }, "PAYOUT_TREASURY_BLACKLISTED", /TTreasury is on the token's blacklist/],
    [{ balance: 4n * USDT }, "PAYOUT_BALANCE_SHORT", /holds 4 USDT, 60 are due: 56 USDT are missing/],
    [{ allowance: 9_999_999n }, "PAYOUT_ALLOWANCE_SHORT", /50\.000001 USDT are missing/],
    [{ paidToday: 995n * USDT }, "PAYOUT_DAY_LIMIT", /5 are left, 60 are due: 55 USDT are missing/],
    [{ dayLimit: 5n, paidToday: 9n }, "PAYOUT_DAY_LIMIT", /0 are left/],
    [{ paymentLimit: 9n * USDT }, "PAYOUT_PAYMENT_LIMIT", /of 10 USDT is 1 USDT above the limit/],
    [{ statementLeft: 1n * USDT }, "PAYOUT_STATEMENT_TOTAL", /9 USDT are missing/],
  ];
  for (const [change, code, message] of stops) {
    it(`${code}: ${Object.keys(change).join(", ")}`, () => {
      const decision = decide(change);
      if (!("stop" in decision)) throw new Error("nothing prevented it");
      expect(decision.stop.code).to.equal(code);
      expect(new PayoutServiceError(decision.stop).message).to.match(message);
    });
  }

  it("a fee that comes to nothing is none", () => {
    expect(decide({ feeBasisPoints: 10n, feeMaximum: 0n })).to.deep.equal({ count: 3 });
  });

  it("what is covered in part is paid in part", () => {
    expect(decide({})).to.deep.equal({ count: 3 });
    expect(decide({ balance: 30n * USDT })).to.deep.equal({ count: 2 });
    expect(decide({ allowance: 29n * USDT })).to.deep.equal({ count: 1 });
    expect(decide({ paidToday: 985n * USDT })).to.deep.equal({ count: 1 });
    expect(decide({ paymentLimit: 25n * USDT })).to.deep.equal({ count: 2 });
  });

  it("never counts more than limits, balance, allowance and statement cover", () => {
    const amount = fc.bigInt({ min: 1n, max: 50n });
    const bound = fc.bigInt({ min: 0n, max: 300n });
    fc.assert(
      fc.property(
        fc.array(amount, { minLength: 1, maxLength: 20 }),
        fc.tuple(bound, bound, bound, bound, bound),
        (amounts, [paymentLimit, dayLimit, balance, allowance, statementLeft]) => {
          const decision = decide({ paymentLimit, dayLimit, balance, allowance, statementLeft }, ...amounts);
          const count = "count" in decision ? decision.count : 0;
          const paid = amounts.slice(0, count);
          const sum = paid.reduce((total, one) => total + one, 0n);
          for (const most of [dayLimit, balance, allowance, statementLeft])
            expect(sum <= most).to.equal(true);
          for (const one of paid) expect(one <= paymentLimit).to.equal(true);
          const next = amounts[count];
          if (next === undefined) return;
          const fits =
            next <= paymentLimit &&
            [dayLimit, balance, allowance, statementLeft].every((most) => sum + next <= most);
          expect(fits, "a further row would fit").to.equal(false);
        },
      ),
    );
  });
});
