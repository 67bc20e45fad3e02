import { assert } from "chai";
import fc from "fast-check";
import { divideBudget, settleShares } from "../../offchain/payouts/distribution.ts";
import { PayoutError } from "../../offchain/payouts/errors.ts";

const entityId = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`);
const credits = fc.oneof(fc.bigInt(0n, 10n), fc.bigInt(0n, 2n ** 60n), fc.constant(1n));
const earned = fc
  .uniqueArray(fc.record({ entityId, credits }), {
    selector: ({ entityId: id }) => id,
    minLength: 1,
    maxLength: 40,
  })
  .filter((all) => all.some((one) => one.credits > 0n));
const budget = fc.oneof(fc.bigInt(1n, 100n), fc.bigInt(1n, 2n ** 63n - 1n));
const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

describe("the distribution of a budget", () => {
  it("gives away the budget, to the micro-USDT", () => {
    const property = fc.property(budget, earned, (amount, all) => {
      assert.equal(sum(divideBudget(amount, all).map(({ share }) => share)), amount);
    });
    fc.assert(property);
  });

  it("gives nobody a micro-USDT more or less than the exact share", () => {
    const property = fc.property(budget, earned, (amount, all) => {
      const total = sum(all.map((one) => one.credits));
      for (const { share, credits: own } of divideBudget(amount, all)) {
        const difference = share * total - amount * own;
        assert.isTrue(difference > -total && difference < total);
        if (own === 0n) assert.equal(share, 0n);
      }
    });
    fc.assert(property);
  });

  it("does not depend on the order of the entities, and changes no input", () => {
    const shuffled = earned.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    const property = fc.property(budget, shuffled, (amount, [all, other]) => {
      const before = [...all];
      assert.deepEqual(divideBudget(amount, all), divideBudget(amount, other));
      assert.deepEqual(all, before);
    });
    fc.assert(property);
  });

  it("prefers the larger remainder, and of equal ones the lower id", () => {
    const property = fc.property(budget, earned, (amount, all) => {
      const total = sum(all.map((one) => one.credits));
      const shares = divideBudget(amount, all).map((one) => ({
        raised: one.share > (amount * one.credits) / total,
        remainder: (amount * one.credits) % total,
      }));
      shares.forEach((one, place) => {
        if (!one.raised) return;
        for (const [index, other] of shares.entries()) {
          if (other.remainder > one.remainder) assert.isTrue(other.raised);
          if (other.remainder === one.remainder && index < place) assert.isTrue(other.raised);
        }
      });
    });
    fc.assert(property);
  });

  it("refuses a month without credits", () => {
    for (const none of [[], [{ entityId: `0x${"01".repeat(20)}`, credits: 0n }]]) {
      assert.throws(() => divideBudget(5n, none), PayoutError);
      try {
        divideBudget(5n, none);
      } catch (error) {
        assert.equal((error as PayoutError).code, "MONTH_WITHOUT_CREDITS");
      }
    }
  });

  it("pays or carries over every micro-USDT of shares and carry", () => {
    const terms = fc.record({
      minimum: fc.bigInt(1n, 2n ** 62n),
      carried: fc.array(fc.tuple(entityId, fc.bigInt(1n, 2n ** 40n)), { maxLength: 10 }),
    });
    const property = fc.property(
      budget,
      earned,
      terms,
      fc.nat(4),
      (amount, all, { minimum, carried }, modulus) => {
        const carries = new Map([...carried, ...all.slice(0, 3).map((one) => [one.entityId, 7n] as const)]);
        const addressOf = (id: string) => (Number(id.slice(-1)) % (modulus + 1) === 0 ? undefined : "T");
        const settled = [
          ...settleShares(divideBudget(amount, all), { minimum, carried: carries, addressOf }),
        ];
        assert.equal(
          sum(settled.map(({ share, carry }) => share + carry)),
          amount + sum([...carries.values()]),
        );
        const ids = settled.map((one) => one.entityId);
        assert.deepEqual(ids, [...ids].sort());
        for (const { entityId: id, share, carry, to, carriedOver } of settled) {
          const isPaid = addressOf(id) !== undefined && share + carry >= minimum;
          assert.equal(to !== undefined, isPaid);
          assert.equal(carriedOver === undefined, isPaid);
          if (addressOf(id) === undefined) assert.equal(carriedOver, "no-address");
        }
      },
    );
    fc.assert(property);
  });
});
