import { expect } from "chai";
import fc from "fast-check";
import { ConfirmedBlocks } from "../../../offchain/consensus/chain-view/confirmed-blocks.ts";
import { firstSince } from "../../../offchain/consensus/chain-view/first-since.ts";
import { HeadBlocks } from "../../../offchain/consensus/chain-view/head-block.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { slotAt, slotStart } from "../../../offchain/consensus/slot-time.ts";
import { ArrayChain } from "../../support/array-chain.ts";
import { rejection } from "../../support/rejection.ts";

/** A slot of 2026; the chains of these tests begin around its start. */
const SLOT = 500_000;
const secondsOf = (slot: number) => slotStart(slot) / 1_000;
const START = secondsOf(SLOT);

/** Times between blocks: several at once, a common pace, and hours without one. */
const gap = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 20_000 }) },
);
const gaps = (maxLength: number) => fc.array(gap, { minLength: 1, maxLength });
const timesFrom = (first: number, between: readonly number[]) => {
  let time = first;
  return between.map((seconds) => {
    time += seconds;
    return time;
  });
};

/** The last block before a slot, looked for from the first one on; -1 where there is none, undefined while it is open. */
function plainHead({ blocks }: ArrayChain, slot: number, confirmations: number): number | undefined {
  const since = blocks.findIndex(({ timestamp }) => timestamp >= secondsOf(slot));
  const isConfirmed = since >= 0 && blocks.length - since >= confirmations;
  return isConfirmed ? since - 1 : undefined;
}

const headsOf = (chain: ArrayChain, confirmations: number, deploymentBlock = 0) =>
  new HeadBlocks(deploymentBlock, new ConfirmedBlocks(confirmations, chain));

describe("headBlock", () => {
  it("is the last block before the slot, on whatever chain, for slots in whatever order", async () => {
    const slots = fc.array(fc.integer({ min: -3, max: 60 }), { minLength: 1, maxLength: 12 });
    const cases = fc.tuple(gaps(40), slots, fc.integer({ min: 1, max: 6 }), fc.nat(45));
    await fc.assert(
      fc.asyncProperty(cases, async ([between, offsets, confirmations, deploymentBlock]) => {
        const chain = new ArrayChain(timesFrom(START - 100, between));
        const heads = headsOf(chain, confirmations, deploymentBlock);
        for (const offset of offsets) {
          const slot = SLOT + offset;
          const expected = plainHead(chain, slot, confirmations);
          if (expected === -1) {
            const { details } = await rejection(heads.headBlock(slot), ConsensusError);
            const firstBlockSlot = slotAt((START - 100 + (between[0] as number)) * 1_000);
            expect(details).to.deep.equal({ code: "SLOT_BEFORE_CHAIN", slot, firstBlockSlot });
            continue;
          }
          const block = expected === undefined ? undefined : chain.blocks[expected];
          const head = block && { slot, number: block.number, hash: block.hash };
          expect(await heads.headBlock(slot)).to.deep.equal(head);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("never changes once it was given, whatever reorgs of fewer than k blocks come", async () => {
    const reorg = fc.tuple(fc.nat(5), gaps(8));
    const cases = fc.tuple(fc.integer({ min: 1, max: 6 }), gaps(20), fc.array(reorg, { maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([confirmations, between, reorgs]) => {
        const chain = new ArrayChain([START - 500, ...timesFrom(START - 400, between)]);
        const heads = headsOf(chain, confirmations);
        const given = new Map<number, unknown>();
        const askAll = async () => {
          for (let slot = SLOT - 3; slot < SLOT + 10; slot++) {
            const head = await heads.headBlock(slot);
            if (given.has(slot)) expect(head).to.deep.equal(given.get(slot));
            else if (head !== undefined) given.set(slot, head);
          }
        };
        await askAll();
        for (const [wanted, added] of reorgs) {
          const depth = Math.min(wanted, confirmations - 1, chain.blocks.length - 1);
          const last = chain.blocks[chain.blocks.length - 1 - depth]?.timestamp ?? START;
          // No shorter than before: a chain wins because it is longer.
          const times = timesFrom(last, [...added, ...Array(depth).fill(1)]);
          chain.reorganise(depth, times);
          await askAll();
        }
      }),
      { numRuns: 200 },
    );
  });

  it("takes the block after the head to be confirmed, not the head alone", async () => {
    const chain = new ArrayChain([START - 24, START - 12, START]);
    const heads = headsOf(chain, 2);
    expect(await heads.headBlock(SLOT), "the head has two confirmations, the next block one").to.equal(
      undefined,
    );
    chain.reorganise(1, [START - 1, START + 11, START + 23]);
    expect(await heads.headBlock(SLOT)).to.include({ number: 2 });
  });

  it("says so when a block that had its confirmations is another one", async () => {
    const chain = new ArrayChain([START - 24, START - 12, START, START + 12, START + 24]);
    const heads = headsOf(chain, 2);
    const given = await heads.headBlock(SLOT);
    chain.reorganise(4, [START - 11, START + 1, START + 13, START + 25, START + 121, START + 133]);
    const [asked, later] = [heads.headBlock(SLOT), heads.headBlock(SLOT + 1)];
    for (const answer of [asked, later]) {
      const { details } = await rejection(answer, ConsensusError);
      expect(details).to.deep.equal({
        code: "CHAIN_REORGANISED_BELOW_CONFIRMATIONS",
        blockNumber: 1,
        before: given?.hash,
        now: chain.blocks[1]?.hash,
        confirmations: 2,
      });
    }
    await rejection(heads.headBlock(SLOT), ConsensusError);
  });

  it("finds the next slots near the last one, however long the chain is", async () => {
    const chain = new ArrayChain(Array.from({ length: 50_000 }, (_, block) => START + 12 * block));
    const heads = headsOf(chain, 3);
    await heads.headBlock(SLOT + 1_000);
    chain.reads = 0;
    for (let slot = SLOT + 1_001; slot <= SLOT + 1_100; slot++) await heads.headBlock(slot);
    expect(chain.reads / 100, "blocks read for each slot").to.be.below(13);
    chain.reads = 0;
    await heads.headBlock(SLOT + 1_050);
    expect(chain.reads, "a known one is only compared").to.equal(1);
  });

  it("says which block an endpoint does not show", async () => {
    const chain = new ArrayChain([START - 12, START, START + 12]);
    chain.block = async () => undefined;
    const { details } = await rejection(headsOf(chain, 1).headBlock(SLOT), ConsensusError);
    expect(details).to.deep.equal({ code: "CHAIN_BLOCK_NOT_SHOWN", blockNumber: 2 });
  });
});

describe("firstSince", () => {
  it("finds the first, wherever it is", async () => {
    for (let until = 0; until <= 20; until++) {
      for (let first = 0; first <= until; first++) {
        for (let from = 0; from <= first; from++) {
          const isSince = async (number: number) => {
            expect(number).to.be.within(from, until - 1);
            return number >= first;
          };
          expect(await firstSince(from, until, isSince)).to.equal(first);
        }
      }
    }
  });
});
