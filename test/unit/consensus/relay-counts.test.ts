import { expect } from "chai";
import { addressOf, hashOf } from "../../../devnet/store-documents.ts";
import { RelayCounts } from "../../../offchain/consensus/node/relay-counts.ts";
import { WINDOW_SLOTS } from "../../../offchain/consensus/parameters.ts";

const relayed = (session: number, bytes: number) => [
  { commitment: hashOf(session), entityId: addressOf(1), bytes, isComplete: false },
];

describe("the bytes that counted before", () => {
  it("add up for each session and entity", () => {
    const counts = new RelayCounts();
    counts.add(1, relayed(1, 30));
    counts.add(2, relayed(1, 12));
    expect(counts.before(hashOf(1), addressOf(1))).to.equal(42);
    expect(counts.before(hashOf(1), addressOf(2))).to.equal(0);
    expect(counts.before(hashOf(2), addressOf(1))).to.equal(0);
  });

  it("are forgotten once no receipt of the session can count", () => {
    const counts = new RelayCounts();
    counts.add(1, relayed(1, 30));
    counts.add(2, relayed(2, 30));
    counts.add(3, relayed(1, 1));
    counts.add(2 + WINDOW_SLOTS, []);
    expect(counts.before(hashOf(2), addressOf(1))).to.equal(0);
    expect(counts.before(hashOf(1), addressOf(1))).to.equal(31);
  });

  it("are copied, not shared", () => {
    const counts = new RelayCounts();
    counts.add(1, relayed(1, 30));
    const copy = counts.copy();
    counts.add(2, relayed(1, 5));
    expect([copy, counts].map((one) => one.before(hashOf(1), addressOf(1)))).to.deep.equal([30, 35]);
  });
});
