import { expect } from "chai";
import fc from "fast-check";
import { addressOf, hashOf } from "../../../devnet/store-documents.ts";
import { ConfirmedBlocks } from "../../../offchain/consensus/chain-view/confirmed-blocks.ts";
import { HeadBlocks } from "../../../offchain/consensus/chain-view/head-block.ts";
import type { HeadBlock } from "../../../offchain/consensus/chain-view/known-heads.ts";
import { RegisteredSessions } from "../../../offchain/consensus/chain-view/registered-sessions.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { SLOTS_PER_EPOCH, WINDOW_SLOTS } from "../../../offchain/consensus/parameters.ts";
import { slotAt, slotStart } from "../../../offchain/consensus/slot-time.ts";
import type { RegisteredSession } from "../../../offchain/contracts/lucid-anchors/reader.ts";
import { MAX_TIME_SECONDS } from "../../../offchain/sessions/limits.ts";
import { type Session, sessionCommitment } from "../../../offchain/sessions/session.ts";
import { ArrayChain } from "../../support/array-chain.ts";
import { rejection } from "../../support/rejection.ts";

/** The first slot of an epoch. */
const FIRST_SLOT = 700 * SLOTS_PER_EPOCH;
const BLOCKS_PER_SLOT = 2;
const DEPLOYMENT_BLOCK = 3;

/** @param id few of them: several contents share one */
const sessionOf = (id: number, content: number): Session => ({
  sessionId: hashOf(id),
  manifestHash: hashOf(content),
  startedAt: 1_767_225_600,
  owner: addressOf(1),
  merkleRoot: hashOf(content),
  chunkCount: 1,
});

const eventOf = (session: Session, blockNumber: number, logIndex = 0): RegisteredSession => ({
  session,
  txid: hashOf(blockNumber),
  blockNumber,
  blockHash: hashOf(blockNumber),
  logIndex,
});

const START = slotStart(FIRST_SLOT) / 1_000;
const SLOTS = 10 * SLOTS_PER_EPOCH;
const chain = new ArrayChain(
  Array.from({ length: SLOTS * BLOCKS_PER_SLOT }, (_, block) => START + block * 60),
);

/** What a node sees of the chain with these events on it. */
function viewOf(events: readonly RegisteredSession[]) {
  const confirmed = new ConfirmedBlocks(2, chain);
  const headBlocks = new HeadBlocks(DEPLOYMENT_BLOCK, confirmed);
  const asked: string[] = [];
  const sessions = new RegisteredSessions(DEPLOYMENT_BLOCK, {
    confirmed,
    headBlocks,
    registeredSessions: async function* ({ fromBlock, toBlock }) {
      asked.push(`${fromBlock}-${toBlock}`);
      yield events.filter(({ blockNumber }) => blockNumber >= fromBlock && blockNumber <= toBlock);
    },
  });
  const headOf = async (slot: number) => (await headBlocks.headBlock(slot)) as HeadBlock;
  return { sessions, headOf, asked };
}

/** Blocks 2n and 2n + 1 are in the n-th slot of the chain. */
const firstBlockOf = (slot: number) => (slot - FIRST_SLOT) * BLOCKS_PER_SLOT;

describe("registered sessions", () => {
  it("count from the slot after their registration until 5,040 slots later", async () => {
    const session = sessionOf(1, 1);
    const slot = FIRST_SLOT + 100;
    for (const block of [firstBlockOf(slot), firstBlockOf(slot) + 1]) {
      const { sessions, headOf } = viewOf([eventOf(session, block)]);
      const commitment = sessionCommitment(session);
      const found = async (at: number) => await sessions.byCommitment(commitment, await headOf(at));
      expect(await found(slot), "a block of the slot is not before it").to.equal(undefined);
      expect(await found(slot + 1)).to.deep.equal({
        commitment,
        session,
        blockNumber: block,
        logIndex: 0,
        registeredAt: START + block * 60,
      });
      expect(await found(slot + WINDOW_SLOTS)).to.include({ commitment });
      expect(await found(slot + WINDOW_SLOTS + 1)).to.equal(undefined);
    }
  });

  it("leave out one that starts later than any manifest can", async () => {
    const slot = FIRST_SLOT + 100;
    const latest = { ...sessionOf(1, 1), startedAt: MAX_TIME_SECONDS };
    const impossible = { ...latest, startedAt: MAX_TIME_SECONDS + 1 };
    const events = [impossible, latest].map((session, at) => eventOf(session, firstBlockOf(slot), at));
    const { sessions, headOf } = viewOf(events);
    const found = await sessions.bySessionId(latest.sessionId, await headOf(slot + 1));
    expect(found.map(({ session }) => session)).to.deep.equal([latest]);
  });

  it("are those that a plain look at all events finds, whatever slots are asked for", async () => {
    const registration = fc.tuple(fc.nat(3), fc.nat(SLOTS * BLOCKS_PER_SLOT - 1));
    const cases = fc.tuple(
      fc.array(registration, { maxLength: 20 }),
      fc.array(fc.tuple(fc.integer({ min: 2, max: SLOTS - 2 }), fc.nat(3)), { maxLength: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([registrations, questions]) => {
        const events = registrations
          .toSorted(([, a], [, b]) => a - b)
          .filter(([, block]) => block >= DEPLOYMENT_BLOCK)
          .map(([id, block], content) => eventOf(sessionOf(id, content), block, content));
        const { sessions, headOf } = viewOf(events);
        let oldest = 0;
        for (const [offset, id] of questions) {
          const slot = FIRST_SLOT + offset;
          const head = await headOf(slot);
          if (slot < oldest) {
            const { details } = await rejection(sessions.bySessionId(hashOf(id), head), ConsensusError);
            expect(details).to.deep.equal({ code: "SLOT_BEFORE_VIEW", slot, oldestSlot: oldest });
            continue;
          }
          oldest = Math.max(oldest, (Math.floor(slot / SLOTS_PER_EPOCH) - 1) * SLOTS_PER_EPOCH);
          const expected = events.filter(({ session, blockNumber }) => {
            const age = slot - (FIRST_SLOT + Math.floor(blockNumber / BLOCKS_PER_SLOT));
            return session.sessionId === hashOf(id) && age >= 1 && age <= WINDOW_SLOTS;
          });
          const found = await sessions.bySessionId(hashOf(id), head);
          expect(found.map(({ session }) => session)).to.deep.equal(expected.map(({ session }) => session));
          for (const { blockNumber, registeredAt } of found) {
            expect(slotAt(registeredAt * 1_000)).to.equal(
              FIRST_SLOT + Math.floor(blockNumber / BLOCKS_PER_SLOT),
            );
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it("are read once, from where the oldest slot's window begins", async () => {
    const { sessions, headOf, asked } = viewOf([eventOf(sessionOf(1, 1), 20)]);
    const ask = async (slot: number) => await sessions.bySessionId(hashOf(1), await headOf(slot));
    const slot = FIRST_SLOT + 9 * SLOTS_PER_EPOCH + 5;
    await Promise.all([ask(slot), ask(slot - 1), ask(slot)]);
    await ask(slot + 1);
    const first = firstBlockOf(FIRST_SLOT + SLOTS_PER_EPOCH);
    const [begin] = (asked[0] as string).split("-");
    expect(Number(begin)).to.equal(first);
    expect(asked.at(-1)).to.match(new RegExp(`-${firstBlockOf(slot + 1) - 1}$`));
    const ends = asked.map((range) => range.split("-").map(Number) as [number, number]);
    for (const [at, [from]] of ends.entries()) {
      if (at > 0) expect(from).to.equal((ends[at - 1] as [number, number])[1] + 1);
    }
  });
});
