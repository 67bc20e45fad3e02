import { expect } from "chai";
import { type WorkItem, WorkList } from "../../../../offchain/payouts/service/work-list.ts";

const item = (router: string, root: string, index: number): WorkItem => ({
  ...{ payoutId: `${router}${root}${index}`, router, root, index, amount: BigInt(index) },
});

describe("the work list", () => {
  it("gives rows statement by statement, in the order of the rows", () => {
    const work = new WorkList([
      item("B", "x", 1),
      item("A", "y", 2),
      item("A", "x", 10),
      item("A", "x", 2),
      item("A", "y", 1),
    ]);
    const order: string[] = [];
    for (let next = work.next(undefined); next !== undefined; next = work.next(undefined))
      order.push(next.payoutId);
    expect(order).to.deep.equal(["Ax2", "Ax10", "Ay1", "Ay2", "Bx1"]);
  });

  it("ends a batch with its statement, and takes rows back in their order", () => {
    const work = new WorkList([item("A", "x", 1), item("A", "x", 2), item("A", "y", 3)]);
    const first = work.next(undefined) as WorkItem;
    const second = work.next(first) as WorkItem;
    expect(work.next(first), "the next one is of another statement").to.equal(undefined);
    expect(work.dueAt("A")).to.equal(3n);
    work.putBack([first, second]);
    expect(work.dueAt("A")).to.equal(6n);
    expect([work.next(undefined), work.next(first)]).to.deep.equal([first, second]);
    expect(work.length).to.equal(1);
  });
});
