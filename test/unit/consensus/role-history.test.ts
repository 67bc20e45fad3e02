import { expect } from "chai";
import fc from "fast-check";
import { addressOf } from "../../../devnet/store-documents.ts";
import { RoleHistory } from "../../../offchain/consensus/chain-view/role-history.ts";

const change = fc.record({
  account: fc.integer({ min: 0xa1, max: 0xa4 }).map(addressOf),
  blocksLater: fc.integer({ min: 0, max: 3 }),
  isHeld: fc.boolean(),
});

describe("the history of a role", () => {
  it("tells for every block who held it, as replaying the events up to that block does", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const history = new RoleHistory();
        let blockNumber = 5;
        const events = changes.map(({ account, isHeld, blocksLater }) => {
          blockNumber += blocksLater;
          history.add(account.toUpperCase().replace("0X", "0x"), { blockNumber, isHeld });
          return { account, isHeld, blockNumber };
        });
        for (let block = 0; block <= blockNumber + 1; block++) {
          const held = new Set<string>();
          for (const event of events.filter((one) => one.blockNumber <= block)) {
            if (event.isHeld) held.add(event.account);
            else held.delete(event.account);
          }
          expect(history.holders(block)).to.deep.equal([...held].sort());
        }
      }),
    );
  });
});
