import { expect } from "chai";
import fc from "fast-check";
import type { TransactionInfo } from "../../../../offchain/payouts/tron/answers.ts";
import { DEATH_MARGIN_MS, transactionFate } from "../../../../offchain/payouts/tron/transaction-fate.ts";

const INFO = { txid: "ab", result: "SUCCESS" } as TransactionInfo;
const EXPIRES = 1_000_000;
const DEAD = EXPIRES + DEATH_MARGIN_MS;
const view = (headTime: number, info?: TransactionInfo) => ({ host: `node ${headTime}`, headTime, info });

describe("the fate of a transaction", () => {
  it("is dead only well past its expiration by the solidified head's time, with an empty look-up", () => {
    expect(transactionFate(EXPIRES, [view(DEAD + 1)]).kind).to.equal("dead");
    expect(transactionFate(EXPIRES, [view(DEAD)]).kind).to.equal("open");
    expect(transactionFate(EXPIRES, [view(EXPIRES - 1)]).kind).to.equal("open");
  });

  it("is open while no node answers, or one is not past it", () => {
    expect(transactionFate(EXPIRES, []).kind).to.equal("open");
    expect(transactionFate(EXPIRES, [view(DEAD + 5), view(DEAD - 5)]).kind).to.equal("open");
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

  it("is disputed where nodes found different outcomes of it", () => {
    const found = { ...INFO, blockNumber: 7, returned: "0x", logs: [] } as unknown as TransactionInfo;
    const same = transactionFate(EXPIRES, [view(1, found), view(2), view(3, { ...found })]);
    expect(same.kind).to.equal("solidified");
    const changes: Partial<TransactionInfo>[] = [
      { blockNumber: 8 },
      { result: "REVERT" },
      { logs: [{ address: "0x", topics: [], data: "0x" }] },
    ];
    for (const change of changes) {
      const fate = transactionFate(EXPIRES, [view(1, found), view(2, { ...found, ...change }), view(3)]);
      expect(fate).to.deep.equal({ kind: "disputed", hosts: ["node 1", "node 2"] });
    }
  });
});
