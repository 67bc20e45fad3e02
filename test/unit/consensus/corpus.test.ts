import { expect } from "chai";
import fc from "fast-check";
import { hashOf } from "../../../devnet/store-documents.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import type { StoredChunk } from "../../../offchain/contracts/lucid-chunk-store/client.ts";
import { MAX_CHUNK_FILE_BYTES } from "../../../offchain/sessions/limits.ts";
import { sessionCommitment } from "../../../offchain/sessions/session.ts";
import type { RecordedChunkDocument } from "../../../offchain/store/documents.ts";
import { StoreError } from "../../../offchain/store/errors.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { ArrayChain } from "../../support/array-chain.ts";
import { CONFIRMATIONS, documentsOf, eventsOn, resumeCorpus, sessionOf } from "../../support/corpus-node.ts";
import { rejection } from "../../support/rejection.ts";

const BLOCKS = 40;
const contentOf = async (store: Store) => (await store.recordedChunks.allById()).documents;

const newChain = () => new ArrayChain(Array.from({ length: BLOCKS }, (_, block) => 1_767_225_600 + block));
const counts = fc.array(fc.nat(3), { minLength: BLOCKS, maxLength: BLOCKS });
const NEWEST = BLOCKS - CONFIRMATIONS;

describe("the corpus", () => {
  it("is the chunks in chain order, and as long at each block as a plain count", async () => {
    await fc.assert(
      fc.asyncProperty(counts, fc.array(fc.nat(NEWEST), { maxLength: 6 }), async (perBlock, questions) => {
        const chain = newChain();
        await using store = await openStore({ setting: "memory:" });
        const events = eventsOn(chain, perBlock);
        const corpus = await resumeCorpus({ chain, store, events });
        for (const block of [...questions, NEWEST]) {
          const expected = events.filter(({ blockNumber }) => blockNumber <= block).length;
          expect(await corpus.size(block)).to.equal(expected);
        }
        const confirmed = documentsOf(events.filter(({ blockNumber }) => blockNumber <= NEWEST));
        expect(await contentOf(store)).to.deep.equal(confirmed);
        const last = confirmed.length - 1;
        expect(await corpus.chunkAt(last)).to.deep.equal(confirmed[last]);
        expect(await corpus.chunkAt(last + 1)).to.equal(undefined);
      }),
      { numRuns: 30 },
    );
  });

  it("is whole again after a kill at any point, whatever part of a batch was written", async () => {
    const cases = fc.tuple(counts, fc.nat(60), fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([perBlock, maxEvents, written]) => {
        const chain = newChain();
        await using store = await openStore({ setting: "memory:" });
        const node = { chain, store, events: eventsOn(chain, perBlock) };
        await (await resumeCorpus(node, maxEvents)).size(NEWEST).catch(() => undefined);
        // A batch is written in no order: a kill leaves any part of the next one.
        const done = await store.recordedChunks.count();
        const confirmed = documentsOf(node.events).filter(({ blockNumber }) => blockNumber <= NEWEST);
        const batch = confirmed.slice(done, done + written.length);
        await store.recordedChunks.insertMany(batch.filter((_, at) => written[at]));
        const corpus = await resumeCorpus(node);
        expect(await corpus.size(NEWEST)).to.equal(confirmed.length);
        expect(await contentOf(store)).to.deep.equal(confirmed);
      }),
      { numRuns: 40 },
    );
  });

  it("is written by several nodes at once, all the same", async () => {
    const chain = newChain();
    await using store = await openStore({ setting: "memory:" });
    const node = { chain, store, events: eventsOn(chain, Array(BLOCKS).fill(2)) };
    const nodes = await Promise.all([resumeCorpus(node), resumeCorpus(node), resumeCorpus(node)]);
    const ends = [[5, 30], [12, 30], [NEWEST]];
    await Promise.all(
      nodes.map(async (corpus, at) => {
        for (const block of ends[at] as number[]) expect(await corpus.size(block)).to.equal(2 * (block + 1));
      }),
    );
    const confirmed = node.events.filter(({ blockNumber }) => blockNumber <= NEWEST);
    expect(await contentOf(store)).to.deep.equal(documentsOf(confirmed));
  });

  it("knows when all chunks of a session are recorded, and what they add up to", async () => {
    const chain = newChain();
    await using store = await openStore({ setting: "memory:" });
    const corpus = await resumeCorpus({ chain, store, events: eventsOn(chain, Array(BLOCKS).fill(1)) });
    // Its chunks are events 0, 3, 6 and 9, in the blocks of these numbers; each has one byte more than its number.
    const session = sessionOf(0, 4);
    const at = (block: number) => corpus.sessionRecord(session, block);
    expect(await at(8)).to.deep.equal({ chunks: 3, sizeBytes: 1 + 4 + 7, isComplete: false });
    const whole = { chunks: 4, sizeBytes: 1 + 4 + 7 + 10, isComplete: true };
    expect(await at(9)).to.deep.equal(whole);
    expect(await at(9), "remembered").to.deep.equal(whole);
    expect(await at(8), "as of an earlier block").to.include({ chunks: 3, isComplete: false });
    expect(await corpus.sessionRecord(sessionOf(9, 1), 9)).to.include({ chunks: 0, isComplete: false });
  });

  it("has no session complete with a chunk that is larger than a chunk's file can be", async () => {
    const chain = newChain();
    const [event] = eventsOn(chain, [1]);
    for (const [sizeBytes, isComplete] of [
      [MAX_CHUNK_FILE_BYTES, true],
      [MAX_CHUNK_FILE_BYTES + 1, false],
    ] as const) {
      await using store = await openStore({ setting: "memory:" });
      const session = sessionOf(0, 1);
      const chunk = { ...(event as StoredChunk).chunk, sizeBytes };
      const stored = { ...(event as StoredChunk), commitment: sessionCommitment(session), chunk };
      const corpus = await resumeCorpus({ chain, store, events: [stored] });
      expect(await corpus.sessionRecord(session, 5)).to.deep.equal({ chunks: 1, sizeBytes, isComplete });
    }
  });

  it("says that the chain was reorganised below the confirmations, also to a node that starts", async () => {
    const chain = newChain();
    await using store = await openStore({ setting: "memory:" });
    const perBlock = Array<number>(BLOCKS).fill(1);
    const corpus = await resumeCorpus({ chain, store, events: eventsOn(chain, perBlock) });
    await corpus.size(NEWEST - 5);
    const before = chain.blocks[NEWEST - 5]?.hash;
    chain.reorganise(
      20,
      Array.from({ length: 30 }, (_, block) => 1_800_000_000 + block),
    );
    const node = { chain, store, events: eventsOn(chain, perBlock) };
    expect((await rejection<ConsensusError>(corpus.size(NEWEST), ConsensusError)).details).to.deep.equal({
      code: "CHAIN_REORGANISED_BELOW_CONFIRMATIONS",
      blockNumber: NEWEST - 5,
      before,
      now: chain.blocks[NEWEST - 5]?.hash,
      confirmations: CONFIRMATIONS,
    });
    const started = await resumeCorpus(node);
    const { details } = await rejection<ConsensusError>(started.size(NEWEST), ConsensusError);
    // The first block that is another one.
    expect(details).to.include({ code: "CHAIN_REORGANISED_BELOW_CONFIRMATIONS", blockNumber: BLOCKS - 20 });
  });

  it("takes nothing from the store that the chain did not say", async () => {
    const chain = newChain();
    await using store = await openStore({ setting: "memory:" });
    // Of session 0 the chunks 0, 1 and 2 are recorded, the last of its four is not.
    const node = { chain, store, events: eventsOn(chain, [...Array(7).fill(1), ...Array(33).fill(0)]) };
    const session = sessionOf(0, 4);
    const truth = { chunks: 3, sizeBytes: 1 + 4 + 7, isComplete: false };
    const corpus = await resumeCorpus(node);
    expect(await corpus.size(NEWEST)).to.equal(7);
    const [kept] = documentsOf(node.events);
    const forged = { ...(kept as RecordedChunkDocument), _id: 5_000_000, idx: 3, sizeBytes: 2 ** 31 };
    await store.recordedChunks.insertMany([{ ...forged, blockNumber: 5, logIndex: 9 }]);
    for (const one of [corpus, await resumeCorpus(node)]) {
      expect(await one.size(NEWEST)).to.equal(7);
      expect(await one.sessionRecord(session, NEWEST)).to.deep.equal(truth);
      expect(await one.chunkAt(5_000_000)).to.equal(undefined);
      expect(await one.chunkAt(6)).to.include({ blockNumber: 6 });
    }
  });

  it("tells a reorg from a store that holds something else without one", async () => {
    const chain = newChain();
    await using store = await openStore({ setting: "memory:" });
    const node = { chain, store, events: eventsOn(chain, Array(BLOCKS).fill(1)) };
    const corpus = await resumeCorpus(node);
    const documents = documentsOf(node.events);
    await corpus.size(3);
    const forged = { ...(documents[7] as RecordedChunkDocument), sizeBytes: 12_345 };
    const stale = { ...(documents[9] as RecordedChunkDocument), blockHash: hashOf(1) };
    await store.recordedChunks.insertMany([forged]);
    const conflict = await rejection(corpus.size(8), StoreError);
    expect(conflict.details).to.include({ code: "STORE_CONFLICT", id: "7", field: "sizeBytes" });

    await using other = await openStore({ setting: "memory:" });
    const second = await resumeCorpus({ ...node, store: other });
    await second.size(3);
    await other.recordedChunks.insertMany([stale]);
    const { details } = await rejection(second.size(NEWEST), ConsensusError);
    expect(details).to.include({
      code: "CHAIN_REORGANISED_BELOW_CONFIRMATIONS",
      blockNumber: 9,
      before: hashOf(1),
    });
  });
});
