import { expect } from "chai";
import { ConfirmedBlocks } from "../../../offchain/consensus/chain-view/confirmed-blocks.ts";
import { EventCursor, type EventPlace } from "../../../offchain/consensus/chain-view/event-cursor.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { ArrayChain } from "../../support/array-chain.ts";
import { rejection } from "../../support/rejection.ts";

const place = (blockNumber: number, logIndex: number): EventPlace => ({ blockNumber, logIndex });
const EVENTS = [place(2, 0), place(2, 1), place(5, 0), place(6, 3), place(9, 0)];
const CONFIRMATIONS = 3;

/** A cursor over twenty blocks, and what it was given and asked for. */
function setup(pageBlocks = 4) {
  const chain = new ArrayChain(Array.from({ length: 20 }, (_, block) => 1_000 + block));
  const taken: EventPlace[] = [];
  const asked: string[] = [];
  const hooks: { onPage?: (from: number) => void; onApply?: () => void } = {};
  const cursor = new EventCursor<EventPlace>(1, {
    confirmed: new ConfirmedBlocks(CONFIRMATIONS, chain),
    source: async function* ({ fromBlock, toBlock }) {
      asked.push(`${fromBlock}-${toBlock}`);
      for (let from = fromBlock; from <= toBlock; from += pageBlocks) {
        hooks.onPage?.(from);
        const last = Math.min(from + pageBlocks - 1, toBlock);
        yield EVENTS.filter(({ blockNumber }) => blockNumber >= from && blockNumber <= last);
      }
    },
    apply: (events) => {
      hooks.onApply?.();
      taken.push(...events);
    },
  });
  return { chain, cursor, taken, asked, hooks };
}

describe("the cursor over events", () => {
  it("reads each block once, as far as it is told to", async () => {
    const { cursor, taken, asked } = setup();
    await cursor.readTo(5);
    expect(taken).to.deep.equal(EVENTS.slice(0, 3));
    await cursor.readTo(4);
    await Promise.all([cursor.readTo(7), cursor.readTo(9), cursor.readTo(8)]);
    expect(taken).to.deep.equal(EVENTS);
    expect(asked).to.deep.equal(["1-5", "6-7", "8-9"]);
  });

  it("goes on after the last page that was taken, when it fails half-way", async () => {
    const { cursor, taken, asked, hooks } = setup(2);
    hooks.onPage = (from) => {
      if (from === 7) throw new Error("the connection is gone");
    };
    await cursor.readTo(10).catch(() => undefined);
    expect(taken).to.deep.equal(EVENTS.slice(0, 4));
    delete hooks.onPage;
    await cursor.readTo(10);
    expect(taken).to.deep.equal(EVENTS);
    expect(asked).to.deep.equal(["1-10", "7-10"]);
  });

  it("gives a page again that could not be taken in", async () => {
    const { cursor, taken, hooks } = setup();
    hooks.onApply = () => {
      throw new Error("the store is gone");
    };
    await cursor.readTo(10).catch(() => undefined);
    expect(taken).to.deep.equal([]);
    delete hooks.onApply;
    await cursor.readTo(10);
    expect(taken).to.deep.equal(EVENTS);
  });

  it("brings events into chain order, each once", async () => {
    const taken: EventPlace[] = [];
    const chain = new ArrayChain([1, 2, 3, 4, 5, 6]);
    const cursor = new EventCursor<EventPlace>(0, {
      confirmed: new ConfirmedBlocks(1, chain),
      source: async function* () {
        yield [place(3, 10), place(3, 9), place(2, 11), place(3, 9)];
      },
      apply: (events) => {
        taken.push(...events);
      },
    });
    await cursor.readTo(5);
    expect(taken).to.deep.equal([place(2, 11), place(3, 9), place(3, 10)]);
  });

  it("reads no block before it has its confirmations", async () => {
    const { cursor, taken } = setup();
    const { details } = await rejection(cursor.readTo(18), ConsensusError);
    expect(details).to.deep.equal({
      code: "CHAIN_BLOCK_UNCONFIRMED",
      blockNumber: 18,
      newest: 17,
      confirmations: CONFIRMATIONS,
    });
    expect(taken).to.deep.equal([]);
  });

  it("takes no page from an endpoint that does not show the last block: it may have left events out", async () => {
    const { chain, cursor, taken, hooks } = setup();
    const whole = [...chain.blocks];
    hooks.onPage = () => {
      chain.blocks.length = 5;
    };
    const { details } = await rejection(cursor.readTo(9), ConsensusError);
    expect(details).to.deep.equal({ code: "CHAIN_BLOCK_NOT_SHOWN", blockNumber: 9 });
    expect(taken).to.deep.equal([]);
    chain.blocks.splice(0, 5, ...whole);
    delete hooks.onPage;
    await cursor.readTo(9);
    expect(taken).to.deep.equal(EVENTS);
  });

  it("does not mix two chains: the blocks that were read before must still be there", async () => {
    const { chain, cursor } = setup();
    await cursor.readTo(9);
    const before = chain.blocks[9]?.hash;
    chain.reorganise(
      13,
      Array.from({ length: 20 }, (_, block) => 2_000 + block),
    );
    const { details } = await rejection(cursor.readTo(12), ConsensusError);
    expect(details).to.deep.equal({
      code: "CHAIN_REORGANISED_BELOW_CONFIRMATIONS",
      blockNumber: 9,
      before,
      now: chain.blocks[9]?.hash,
      confirmations: CONFIRMATIONS,
    });
  });
});
