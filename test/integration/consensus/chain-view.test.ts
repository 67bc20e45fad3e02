import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { addressOf } from "../../../devnet/store-documents.ts";
import { Admissions } from "../../../offchain/consensus/chain-view/admissions.ts";
import { chainBlocks } from "../../../offchain/consensus/chain-view/chain-blocks.ts";
import { ConfirmedBlocks } from "../../../offchain/consensus/chain-view/confirmed-blocks.ts";
import { Corpus } from "../../../offchain/consensus/chain-view/corpus.ts";
import { readDeploymentBlock } from "../../../offchain/consensus/chain-view/deployment-block.ts";
import { readFirstSlot } from "../../../offchain/consensus/chain-view/first-slot.ts";
import { HeadBlocks } from "../../../offchain/consensus/chain-view/head-block.ts";
import type { HeadBlock } from "../../../offchain/consensus/chain-view/known-heads.ts";
import { RegisteredSessions } from "../../../offchain/consensus/chain-view/registered-sessions.ts";
import { requireRegularBlocks } from "../../../offchain/consensus/chain-view/require-regular-blocks.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { slotAt, slotStart } from "../../../offchain/consensus/slot-time.ts";
import type { BlockRange } from "../../../offchain/contracts/contract-reader.ts";
import { ROLES } from "../../../offchain/contracts/registry.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { sessionCommitment } from "../../../offchain/sessions/session.ts";
import { ConsensusChain } from "../../support/consensus-chain.ts";
import { type EvmProcess, needAnvil, type ProcessOptions, startProcess } from "../../support/evm-chain.ts";
import { FlakyEndpoint } from "../../support/flaky-endpoint.ts";
import { rejection } from "../../support/rejection.ts";

const K = 3;

/** What a node reads of the chain. */
async function viewOf(chain: ConsensusChain, node: EvmProcess) {
  const { administration, chunkStore } = await chain.clients(node);
  const confirmed = new ConfirmedBlocks(K, chainBlocks(node.provider));
  const headBlocks = new HeadBlocks(0, confirmed);
  return {
    confirmed,
    headBlocks,
    admissions: new Admissions(0, {
      confirmed,
      roleChanges: (range) => administration.roleChanges("REGISTRAR", range),
    }),
    sessions: new RegisteredSessions(0, {
      confirmed,
      headBlocks,
      registeredSessions: (range) => node.anchors.registeredSessions(range),
    }),
    corpus: () =>
      Corpus.resume(0, {
        confirmed,
        recordedChunks: node.store.recordedChunks,
        storedChunks: (range) => chunkStore.storedChunks(range),
      }),
  };
}

describe("the chain as seen by a slot", function () {
  this.timeout(120_000);
  let chain: ConsensusChain;
  let folder: string;
  beforeEach(async function () {
    needAnvil(this);
    chain = await ConsensusChain.start();
    folder = await mkdtemp(join(tmpdir(), "lucid-view-"));
  });
  afterEach(async () => {
    await chain?.[Symbol.asyncDispose]();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  const start = (options: ProcessOptions = {}) => startProcess(chain.evm, options);
  const newest = async () => (await chain.evm.direct.getBlockNumber()) - K + 1;

  it("has the head that a plain search finds, for slots with many blocks and with none", async () => {
    const slot = slotAt(Date.now()) + 10;
    const at = (number: number, seconds: number) => slotStart(slot + number) / 1_000 + seconds;
    await chain.mineAt(at(0, -1));
    await chain.mineAt(at(0, 0), 5);
    await chain.mineAt(at(1, 119));
    await chain.mineAt(at(2, 0));
    await chain.mineAt(at(40, 7), 4);
    await using node = await start();
    const { headBlocks } = await viewOf(chain, node);
    const times: number[] = [];
    for (let number = 0; number <= (await chain.evm.direct.getBlockNumber()); number++) {
      times.push((await chain.evm.direct.getBlock(number))?.timestamp ?? 0);
    }
    let known = 0;
    for (let offset = 0; offset <= 42; offset++) {
      const since = times.findIndex((time) => time >= at(offset, 0));
      const head = await headBlocks.headBlock(slot + offset);
      if (since < 0 || times.length - since < K) {
        expect(head).to.equal(undefined);
        continue;
      }
      known += 1;
      const block = await chain.evm.direct.getBlock(since - 1);
      expect(head).to.deep.equal({ slot: slot + offset, number: since - 1, hash: block?.hash });
    }
    expect(known).to.equal(41);
    const { code } = await rejection(
      headBlocks.headBlock(slotAt((times[0] as number) * 1_000)),
      ConsensusError,
    );
    expect(code).to.equal("SLOT_BEFORE_CHAIN");
  });

  it("begins with the block that deployed LucidAnchors, whether a record of it is at hand or not", async () => {
    const { anchors } = chain;
    await chain.evm.mine(6);
    await (await anchors.grantRole(ROLES.ADMIN, addressOf(0xa1))).wait();
    await chain.evm.mine(K);
    let deployed = 0;
    while ((await chain.evm.direct.getCode(chain.evm.anchorsAddress, deployed)) === "0x") deployed += 1;
    await using flaky = await FlakyEndpoint.before(chain.evm.node.url);
    flaky.fault = { kind: "narrow", maxBlocks: 2 };
    await using node = await start({ urls: [flaky.url] });
    const { administration } = await chain.clients(node);
    const changes = (range: BlockRange) => administration.roleChanges("ADMIN", range);
    const { confirmed } = await viewOf(chain, node);
    expect(await readDeploymentBlock(0, confirmed, changes)).to.equal(deployed);
    expect(await readDeploymentBlock(deployed, confirmed, changes)).to.equal(deployed);
    const time = (await chain.evm.direct.getBlock(deployed))?.timestamp ?? 0;
    expect(await readFirstSlot(deployed, confirmed)).to.equal(slotAt(time * 1_000));
    const young = new ConfirmedBlocks(
      (await chain.evm.direct.getBlockNumber()) + 2,
      chainBlocks(node.provider),
    );
    expect(await readDeploymentBlock(0, young, changes), "on a chain without a confirmed block").to.equal(
      undefined,
    );
    const { code } = await rejection(readFirstSlot(deployed, young), ConsensusError);
    expect(code).to.equal("CHAIN_BLOCK_UNCONFIRMED");
  });

  it("admits whom the contract admitted after each block, changes within one block included", async () => {
    const { anchors } = chain;
    const [a, b, c] = [addressOf(0xa1), addressOf(0xb2), addressOf(0xc3)];
    const send = (grants: readonly (readonly [boolean, string])[]) => async () => {
      for (const [isGranted, account] of grants) {
        if (isGranted) await anchors.grantRole(ROLES.REGISTRAR, account, { gasLimit: 200_000 });
        else await anchors.revokeRole(ROLES.REGISTRAR, account, { gasLimit: 200_000 });
      }
    };
    await chain.inOneBlock(
      send([
        [true, a],
        [false, a],
        [true, b],
      ]),
    );
    await chain.inOneBlock(
      send([
        [true, a],
        [true, c],
        [false, b],
        [true, b],
        [false, c],
      ]),
    );
    // Another role is none of this one's.
    await (await anchors.grantRole(ROLES.ADMIN, c)).wait();
    await chain.inOneBlock(
      send([
        [false, b],
        [true, b],
        [false, b],
        [false, a],
      ]),
    );
    await chain.evm.mine(K);

    await using flaky = await FlakyEndpoint.before(chain.evm.node.url);
    flaky.fault = { kind: "narrow", maxBlocks: 2 };
    flaky.only = ["eth_getLogs"];
    await using node = await start({ urls: [flaky.url] });
    const { admissions } = await viewOf(chain, node);
    const accounts = [a, b, c, chain.evm.registrar.address];
    for (const block of [5, 2, await newest(), 7, 8, 9]) {
      const held: string[] = [];
      for (const account of accounts) {
        const isHeld = await anchors.hasRole(ROLES.REGISTRAR, account, { blockTag: block });
        expect(await admissions.isAdmitted(account, block), `${account} after block ${block}`).to.equal(
          isHeld,
        );
        if (isHeld) held.push(account.toLowerCase());
      }
      const admitted = await admissions.admitted(block);
      expect(
        admitted.filter((one) => accounts.some((account) => account.toLowerCase() === one)),
      ).to.deep.equal(held.sort());
    }
    const { code } = await rejection(admissions.admitted((await newest()) + 1), ConsensusError);
    expect(code).to.equal("CHAIN_BLOCK_UNCONFIRMED");
  });

  it("has a corpus in chain order, whatever range of logs the endpoint gives and wherever it was stopped", async () => {
    const [first, second, third] = [chain.sample(5), chain.sample(3), chain.sample(2)];
    for (const { session } of [first, second, third]) await (await chain.register(session)).wait();
    const shared = await chain.inOneBlock(async () => {
      await chain.record(first, 0, 2);
      await chain.record(second, 0, 3);
      await chain.record(first, 1, 4);
    });
    await chain.evm.mine(4);
    await (await chain.record(third, 1, 2)).wait();
    const complete = (await (await chain.record(first, 4, 5)).wait())?.blockNumber as number;
    await chain.evm.mine(K - 1);
    const order = [
      ...[0, 1].map((idx) => [first, idx] as const),
      ...[0, 1, 2].map((idx) => [second, idx] as const),
      ...[2, 3].map((idx) => [first, idx] as const),
      [third, 1] as const,
      [first, 4] as const,
    ];

    await using flaky = await FlakyEndpoint.before(chain.evm.node.url);
    flaky.only = ["eth_getLogs"];
    flaky.fault = { kind: "narrow", maxBlocks: 1 };
    {
      await using node = await start({ urls: [flaky.url], dataDir: folder });
      const { corpus } = await viewOf(chain, node);
      const opened = await corpus();
      expect(await opened.size(shared - 1)).to.equal(0);
      expect(await opened.size(shared)).to.equal(7);
      flaky.fault = { kind: "dead" };
      await rejection(opened.size(await newest()), EvmError);
      await node.store.recordedChunks.get(0);
    }
    flaky.fault = { kind: "narrow", maxBlocks: 3 };
    await using node = await start({ urls: [flaky.url], dataDir: folder });
    const { corpus } = await viewOf(chain, node);
    const opened = await corpus();
    expect(await opened.size(await newest())).to.equal(order.length);
    for (const [position, [{ session, chunks }, idx]] of order.entries()) {
      const { _id, blockNumber, blockHash, logIndex, ...recorded } = { ...(await opened.chunkAt(position)) };
      expect(_id).to.equal(position);
      expect(recorded).to.deep.equal({ commitment: sessionCommitment(session), ...chunks[idx] });
    }
    const sizeBytes = first.chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
    expect(await opened.sessionRecord(first.session, complete)).to.deep.equal({
      chunks: 5,
      sizeBytes,
      isComplete: true,
    });
    expect(await opened.sessionRecord(first.session, complete - 1)).to.include({
      chunks: 4,
      isComplete: false,
    });
    expect(await opened.sessionRecord(third.session, complete)).to.include({ chunks: 1, isComplete: false });
  });

  it("counts sessions that are registered before the slot, every content of an id", async () => {
    const { session } = chain.sample(1);
    const other = { ...session, manifestHash: chain.sample(1).session.manifestHash };
    await (await chain.register(session)).wait();
    const slot = slotAt(((await chain.evm.direct.getBlock("latest"))?.timestamp ?? 0) * 1_000);
    await chain.mineAt(slotStart(slot + 1) / 1_000);
    await (await chain.register(other)).wait();
    await chain.mineAt(slotStart(slot + 3) / 1_000, K);
    await using node = await start();
    const { sessions, headBlocks } = await viewOf(chain, node);
    const found = async (at: number) => {
      const head = (await headBlocks.headBlock(at)) as HeadBlock;
      const counting = await sessions.bySessionId(session.sessionId, head);
      return counting.map(({ commitment }) => commitment);
    };
    expect(await found(slot + 1)).to.deep.equal([sessionCommitment(session)]);
    expect(await found(slot + 3)).to.deep.equal([session, other].map(sessionCommitment));
  });

  it("is not moved by a reorg of fewer than k blocks, and refuses a deeper one", async () => {
    const sample = chain.sample(2);
    await (await chain.register(sample.session)).wait();
    await (await chain.record(sample, 0, 2)).wait();
    const slot = slotAt(Date.now()) + 10;
    await chain.mineAt(slotStart(slot) / 1_000 - 1);
    await chain.mineAt(slotStart(slot) / 1_000, K);
    await using node = await start();
    const { headBlocks, corpus, admissions } = await viewOf(chain, node);
    const head = (await headBlocks.headBlock(slot)) as HeadBlock;
    const opened = await corpus();
    expect(await opened.size(head.number + 1)).to.equal(2);
    await admissions.admitted(head.number + 1);

    const hashOf = async (number: number) => (await chain.evm.direct.getBlock(number))?.hash;
    const last = await chain.evm.direct.getBlockNumber();
    const [shallow, deep] = [await hashOf(last), await hashOf(last - K + 1)];
    await chain.evm.control("anvil_reorg", K - 1, []);
    expect(await hashOf(last), "the chain did change").to.not.equal(shallow);
    await chain.evm.mine(2);
    expect(await headBlocks.headBlock(slot)).to.deep.equal(head);
    expect(await opened.size(await newest())).to.equal(2);

    await chain.evm.control("anvil_reorg", K + 5, []);
    expect(await hashOf(last - K + 1), "the chain did change").to.not.equal(deep);
    await chain.evm.mine(K);
    const answers = {
      "the head": () => headBlocks.headBlock(slot),
      "the next head": () => headBlocks.headBlock(slot + 1),
      "the corpus": async () => opened.size(await newest()),
      admissions: async () => admissions.admitted(await newest()),
    };
    for (const [name, answer] of Object.entries(answers)) {
      const { details } = await rejection<ConsensusError>(answer(), ConsensusError);
      expect(details, name).to.include({
        code: "CHAIN_REORGANISED_BELOW_CONFIRMATIONS",
        confirmations: K,
      });
    }
    // A node that starts has seen no other chain, and takes no chunk from the store that this one does not have.
    expect(await (await corpus()).size(await newest())).to.equal(0);
  });

  it("needs blocks that come by themselves", async () => {
    const blocks = chainBlocks(chain.evm.direct);
    /** A clock so many seconds after the last block, which goes on with each look at the chain. */
    const later = async (seconds: number, onSleep: () => Promise<unknown> = async () => undefined) => {
      let time = ((await chain.evm.direct.getBlock("latest"))?.timestamp ?? 0) + seconds;
      const sleep = async () => {
        time += 5;
        await onSleep();
      };
      return { blocks, now: () => time * 1_000, sleep };
    };
    const afterBurst = await rejection(requireRegularBlocks(K, await later(1)), ConsensusError);
    expect(afterBurst.details).to.include({ code: "CHAIN_BLOCKS_IRREGULAR", longestGapSec: 121 });
    const { details } = await rejection(requireRegularBlocks(K, await later(300)), ConsensusError);
    expect(details).to.include({ code: "CHAIN_BLOCKS_IRREGULAR", longestGapSec: 300 });
    // Each with its own time: with an interval, anvil adds what its clock went on meanwhile.
    const from = (await chain.evm.direct.getBlock("latest"))?.timestamp ?? 0;
    for (let block = 1; block <= 102; block += 1) await chain.mineAt(from + 12 * block);
    const goesOn = await later(5, () => chain.evm.mine());
    expect(await requireRegularBlocks(K, goesOn)).to.include({
      longestGapSec: 12,
      confirmationSec: 36,
    });
    const tooMany = await rejection(requireRegularBlocks(11, await later(5)), ConsensusError);
    expect(tooMany.details).to.include({ code: "CHAIN_TOO_SLOW", seconds: 132 });
  });
});
