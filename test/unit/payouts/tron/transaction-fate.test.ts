import { expect } from "chai";
import fc from "fast-check";
import type { TransactionInfo } from "../../../../offchain/payouts/tron/answers.ts";
import { transactionFate } from "../../../../offchain/payouts/tron/transaction-fate.ts";

const INFO = { txid: "ab", result: "SUCCESS" } as TransactionInfo;
const EXPIRES = 1_000_000;
const view = (headTime: number, info?: TransactionInfo) => ({ headTime, info });

describe("the fate of a transaction", () => {
  it("is dead only past its expiration by the solidified head's time, with an empty look-up", () => {
    expect(transactionFate(EXPIRES, [view(EXPIRES + 1)]).kind).to.equal("dead");
    // A block may bear the very time of the expiration, and include it.
    expect(transactionFate(EXPIRES, [view(EXPIRES)]).kind).to.equal("open");
    expect(transactionFate(EXPIRES, [view(EXPIRES - 1)]).kind).to.equal("open");
  });

  it("is open while no node answers, or one is not past it", () => {
    expect(transactionFate(EXPIRES, []).kind).to.equal("open");
    expect(transactionFate(EXPIRES, [view(EXPIRES + 5), view(EXPIRES - 5)]).kind).to.equal("open");
  });

  it("is what any node found, whatever the others say", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 * EXPIRES)), fc.nat(2 * EXPIRES), fc.nat(10), (others, own, place) => {
        const views = others.map((time) => view(time));
        views.splice(place % (views.length + 1), 0, view(own, INFO));
        expect(transactionFate(EXPIRES, views)).to.deep.equal({ kind: "solidified", info: INFO });
      }),
    );
  });
});
