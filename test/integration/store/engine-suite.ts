import { expect } from "chai";
import * as documents from "../../../devnet/store-documents.ts";
import type { SlotBlock } from "../../../offchain/store/documents.ts";
import { StoreError, type StoreErrorDetails } from "../../../offchain/store/errors.ts";
import type { AddedBlock } from "../../../offchain/store/repositories/leader-schedule.ts";
import { eachDocument, eachPage, type PageRequest } from "../../../offchain/store/repositories/repository.ts";
import type { Store } from "../../../offchain/store/store.ts";

const { addressOf, hashOf, uuidOf } = documents;

/** @returns the details of the error that the work was refused with */
export async function refusal(work: Promise<unknown>): Promise<StoreErrorDetails> {
  try {
    await work;
  } catch (error) {
    if (error instanceof StoreError) return error.details;
    throw error;
  }
  throw new Error("expected a StoreError, but nothing was refused");
}

async function collect<D>(pages: AsyncIterable<D>): Promise<D[]> {
  const found: D[] = [];
  for await (const document of pages) found.push(document);
  return found;
}

const HOUR_MS = 3_600_000;

/** What every engine must do, the same for all of them. `open` gives an empty store. */
export function describeEngine(open: (context: Mocha.Context) => Promise<Store>): void {
  let store: Store;
  before(async function () {
    store = await open(this);
  });
  after(async () => {
    await store?.close();
  });

  describe("insert-once", () => {
    it("keeps the first, takes the same again, and refuses a different one", async () => {
      const session = documents.newSession(1);
      expect(await store.sessions.insert(session)).to.deep.equal({ inserted: 1, existing: 0 });
      expect(await store.sessions.insert(session)).to.deep.equal({ inserted: 0, existing: 1 });
      expect(await refusal(store.sessions.insert({ ...session, chunk_count: 3 }))).to.deep.equal({
        code: "STORE_CONFLICT",
        collection: "sessions",
        id: session._id,
        field: "chunk_count",
        conflicts: 1,
      });
      expect((await store.sessions.get(session._id))?.chunk_count).to.equal(2);
    });

    it("takes the same session again without its label, and keeps the label", async () => {
      const { label, ...unlabelled } = { ...documents.newSession(4), label: "tours/first.cast" };
      await store.sessions.insert({ ...unlabelled, label });
      expect(await store.sessions.insert(unlabelled)).to.deep.equal({ inserted: 0, existing: 1 });
      expect((await store.sessions.get(uuidOf(4)))?.label).to.equal(label);
    });

    it("takes the same again after its status moved on", async () => {
      await store.sessions.insert(documents.newSession(2));
      await store.sessions.move(uuidOf(2), "sealed", "pending");
      expect(await store.sessions.insert(documents.newSession(2))).to.deep.equal({
        inserted: 0,
        existing: 1,
      });
      expect((await store.sessions.get(uuidOf(2)))?.status).to.equal("pending");
    });

    it("takes the same chunk again after its folder was moved", async () => {
      const chunk = documents.newChunk(90, 0);
      await store.chunks.insertMany([chunk]);
      expect(await store.chunks.insertMany([{ ...chunk, local_path: "/moved/000000.chunk" }])).to.deep.equal({
        inserted: 0,
        existing: 1,
      });
    });

    it("refuses a second document under another unique key", async () => {
      await store.nodes.insert(documents.newNodeRecord(1, 1, 1));
      const details = await refusal(store.nodes.insert(documents.newNodeRecord(2, 1, 1)));
      expect(details).to.include({ code: "STORE_CONFLICT", collection: "nodes", field: "_id" });
      expect(await store.nodes.count()).to.equal(1);
    });

    it("writes what is new of a batch, counts what exists, and names the first conflict", async () => {
      const chunks = [0, 1, 2].map((idx) => documents.newChunk(1, idx));
      expect(await store.chunks.insertMany(chunks.slice(0, 2))).to.deep.equal({ inserted: 2, existing: 0 });
      expect(await store.chunks.insertMany(chunks)).to.deep.equal({ inserted: 1, existing: 2 });
      const changed = chunks.map((chunk) => ({ ...chunk, size_bytes: 1 }));
      const details = await refusal(store.chunks.insertMany([documents.newChunk(1, 3), ...changed]));
      expect(details).to.include({ code: "STORE_CONFLICT", field: "size_bytes", conflicts: 3 });
      expect(await store.chunks.get(uuidOf(1), 3)).to.not.equal(undefined);
    });

    it("is one document when many insert it at once", async () => {
      const transaction = documents.newTransaction(500, 500);
      const inserts = await Promise.all(
        Array.from({ length: 8 }, () => store.anchorTransactions.insert(transaction)),
      );
      expect(inserts.reduce((sum, { inserted }) => sum + inserted, 0)).to.equal(1);
    });

    it("does nothing for an empty batch", async () => {
      expect(await store.taskProofs.insertMany([])).to.deep.equal({ inserted: 0, existing: 0 });
    });
  });

  describe("types", () => {
    it("refuses a document that does not fit, naming collection, id and field, and writes nothing", async () => {
      const violations = [
        { chunk_count: 1.5 },
        { size_bytes: -1 },
        { owner_addr: addressOf(0xabc).toUpperCase() },
        { status: "lost" },
        { surprise: 1 },
        { owner_sig: "0x1" },
        { merkle_root: undefined },
      ];
      for (const violation of violations) {
        const details = await refusal(
          store.sessions.insert({ ...documents.newSession(90), ...violation } as never),
        );
        expect(details).to.include({
          code: "STORE_DOCUMENT_INVALID",
          collection: "sessions",
          id: uuidOf(90),
          field: Object.keys(violation)[0],
          found: "on write",
        });
      }
      expect(await store.sessions.get(uuidOf(90))).to.equal(undefined);
    });

    it("refuses a value that does not go with the proof's type", async () => {
      const beacon = documents.beaconProof({ id: 1, node: 1, slot: 1 });
      const mixed = { ...beacon, type: "relay_bandwidth" } as never;
      expect(await refusal(store.taskProofs.insertMany([mixed]))).to.include({ field: "value.vrfProof" });
    });

    it("takes whatever word a contract's method has for its transactions, up to 64 characters", async () => {
      const checkpoint = { ...documents.newTransaction(550, 550), purpose: "p".repeat(64) };
      await store.anchorTransactions.insert(checkpoint);
      expect((await store.anchorTransactions.get(checkpoint._id))?.purpose).to.equal(checkpoint.purpose);
      await store.anchorTransactions.move(checkpoint._id, "signed", "dropped");
      const tooLong = { ...documents.newTransaction(551, 551), purpose: "p".repeat(65) };
      expect(await refusal(store.anchorTransactions.insert(tooLong))).to.include({ field: "purpose" });
    });

    it("refuses a stamp that the caller brings", async () => {
      const forged = { ...documents.beaconProof({ id: 1, node: 1, slot: 1 }), ts: 0 } as never;
      expect(await refusal(store.taskProofs.insertMany([forged]))).to.include({ field: "ts" });
    });

    it("keeps amounts exactly, up to 2^63 - 1 micro-USDT", async () => {
      const amounts = [0n, 2n ** 53n + 1n, 2n ** 63n - 1n];
      await store.payouts.insertMany(amounts.map((amount, id) => documents.newPayout(100 + id, amount)));
      for (const [id, amount] of amounts.entries()) {
        expect((await store.payouts.get(hashOf(100 + id)))?.usdt_amount).to.equal(amount);
      }
      const tooLarge = documents.newPayout(110, 2n ** 63n);
      expect(await refusal(store.payouts.insertMany([tooLarge]))).to.include({ field: "usdt_amount" });
    });

    it("gives every document back as it was brought", async () => {
      const session = documents.newSession(3, {
        tree_proof: [hashOf(1)],
        tree_index: 0,
        size_bytes: 2 ** 53 - 1,
      });
      await store.sessions.insert(session);
      const { created_at, updated_at, ...brought } = { ...(await store.sessions.get(uuidOf(3))) };
      expect(brought).to.deep.equal(session);
      expect(created_at).to.be.a("number");
      expect(updated_at).to.equal(created_at);
      const payout = { ...documents.newPayout(120, 1n), reason: "$literal: 'ünïcode' \"and\" \u0001 😀" };
      await store.payouts.insertMany([payout]);
      expect(await store.payouts.get(payout._id)).to.include({ reason: payout.reason });
    });
  });

  describe("compare-and-set", () => {
    it("lets one of many win", async () => {
      await store.sessions.insert(documents.newSession(10));
      const anchor = { anchor_mode: "batch", anchor_txid: hashOf(1), block_number: 5, gas_used: 6 } as const;
      const swaps = await Promise.all(
        Array.from({ length: 8 }, () => store.sessions.move(uuidOf(10), "sealed", "anchored", anchor)),
      );
      expect(swaps.filter(({ swapped }) => swapped)).to.have.length(1);
      for (const { document } of swaps) expect(document).to.include({ status: "anchored", ...anchor });
    });

    it("returns the document where it is not what was expected, or nothing", async () => {
      await store.sessions.insert(documents.newSession(11));
      const swap = await store.sessions.move(uuidOf(11), "pending", "anchored");
      expect(swap).to.include({ swapped: false });
      expect(swap.document?.status).to.equal("sealed");
      const missing = await store.sessions.move(uuidOf(999), "sealed", "pending");
      expect(missing).to.deep.equal({ swapped: false, document: undefined });
    });

    it("takes fields away that no longer hold", async () => {
      await store.sessions.insert(documents.newSession(12));
      await store.sessions.move(uuidOf(12), "sealed", "anchored", { block_number: 7, anchor_mode: "single" });
      const { document } = await store.sessions.move(uuidOf(12), "anchored", "pending", {}, ["block_number"]);
      expect(document).to.include({ status: "pending", anchor_mode: "single" });
      expect(document).to.not.have.property("block_number");
    });

    it("refuses an illegal move and a value that does not fit", async () => {
      expect(await refusal(store.sessions.move(uuidOf(12), "pending", "pending"))).to.include({
        code: "STORE_ILLEGAL_MOVE",
        from: "pending",
        to: "pending",
      });
      const details = await refusal(store.sessions.move(uuidOf(12), "pending", "sealed", { gas_used: -1 }));
      expect(details).to.include({ code: "STORE_DOCUMENT_INVALID", field: "gas_used" });
      const planned = { usdt_amount: 5n } as never;
      expect(await refusal(store.payouts.move(hashOf(100), "pending", "signed", planned))).to.include({
        code: "STORE_DOCUMENT_INVALID",
        field: "usdt_amount",
      });
    });

    it("stamps each change by the store's clock", async () => {
      await store.sessions.insert(documents.newSession(13));
      const earliest = await store.now();
      const { document } = await store.sessions.move(uuidOf(13), "sealed", "pending");
      expect(document?.updated_at).to.be.within(earliest, await store.now());
    });
  });

  describe("leader schedule", () => {
    it("is taken by one winner, within the window of the store's clock", async () => {
      await store.leaderSchedule.insert(documents.newDecision(1));
      const now = await store.now();
      const take = (from: number, until: number, winner = addressOf(1)) =>
        store.leaderSchedule.take(1, { winner, reason: "primary", window: { from, until } });
      expect((await take(now + HOUR_MS, now + 2 * HOUR_MS)).swapped).to.equal(false);
      expect((await take(now - 2 * HOUR_MS, now - HOUR_MS)).swapped).to.equal(false);
      expect((await store.leaderSchedule.get(1))?.result).to.equal(undefined);
      const takes = await Promise.all(
        [1, 2, 3, 4].map((node) => take(now - HOUR_MS, now + HOUR_MS, addressOf(node))),
      );
      expect(takes.filter(({ swapped }) => swapped)).to.have.length(1);
      const result = (await store.leaderSchedule.get(1))?.result;
      expect(result?.takenAt).to.be.within(now, await store.now());
      for (const { document } of takes) expect(document?.result).to.deep.equal(result);
    });

    it("stays missed once it is closed", async () => {
      await store.leaderSchedule.insert(documents.newDecision(2));
      expect((await store.leaderSchedule.miss(2, "nobody came")).swapped).to.equal(true);
      const now = await store.now();
      const window = { from: now - HOUR_MS, until: now + HOUR_MS };
      const late = await store.leaderSchedule.take(2, { winner: addressOf(1), reason: "primary", window });
      expect(late.swapped).to.equal(false);
      expect(late.document?.result).to.include({ reason: "missed", detail: "nobody came" });
    });

    it("gets one block, by its winner", async () => {
      const winner = (await store.leaderSchedule.get(1))?.result?.winner ?? "";
      const block = documents.newBlock(1);
      const now = await store.now();
      const window = { from: now - HOUR_MS, until: now + HOUR_MS };
      const add = (changed: Partial<AddedBlock> = {}) =>
        store.leaderSchedule.addBlock(1, { winner, block, window, ...changed });
      expect((await add({ winner: addressOf(99) })).swapped).to.equal(false);
      expect((await add({ window: { from: now - 2 * HOUR_MS, until: now - HOUR_MS } })).swapped).to.equal(
        false,
      );
      expect((await add()).swapped).to.equal(true);
      const second = await add({ block: documents.newBlock(2) });
      expect(second).to.deep.include({ swapped: false });
      const { writtenAt = 0, ...written } = second.document?.block as SlotBlock;
      expect(written).to.deep.equal(block);
      expect(writtenAt, "the store's own time").to.be.within(now, await store.now());
      expect((await store.leaderSchedule.range(1, 2)).documents.map(({ slot }) => slot)).to.deep.equal([1]);
    });

    it("gives the slots before one, the latest first", async () => {
      const slots = async (below: number) =>
        (await store.leaderSchedule.before(below)).documents.map(({ slot }) => slot);
      expect(await slots(3)).to.deep.equal([2, 1]);
      expect(await slots(2)).to.deep.equal([1]);
    });
  });

  describe("pages", () => {
    it("reads a session's chunks in the order of idx, from any page to the next", async () => {
      const chunks = [9, 0, 300, 2, 11, 5, 1].map((idx) => documents.newChunk(50, idx));
      await store.chunks.insertMany([...chunks, documents.newChunk(51, 4)]);
      const first = await store.chunks.bySession(uuidOf(50), {}, { limit: 3 });
      expect(first.documents.map(({ idx }) => idx)).to.deep.equal([0, 1, 2]);
      const all = await collect(
        eachDocument((page) => store.chunks.bySession(uuidOf(50), {}, { ...page, limit: 3 })),
      );
      expect(all.map(({ idx }) => idx)).to.deep.equal([0, 1, 2, 5, 9, 11, 300]);
      const range = await store.chunks.bySession(uuidOf(50), { from: 2, below: 11 });
      expect(range.documents.map(({ idx }) => idx)).to.deep.equal([2, 5, 9]);
    });

    it("counts what comes after each session, also of those that were entered together", async () => {
      const together = [310, 311, 312].map((id) => documents.newSession(id, { status: "pending" }));
      await store.sessions.insertMany(together);
      await store.sessions.insertMany([documents.newSession(309, { status: "pending" })]);
      for (const status of ["pending", undefined] as const) {
        const all = await collect(
          eachDocument((page) =>
            status === undefined ? store.sessions.all(page) : store.sessions.byStatus(status, page),
          ),
        );
        for (const [at, session] of all.entries()) {
          expect(await store.sessions.countAfter(session, status)).to.equal(all.length - 1 - at);
        }
      }
    });

    it("reads no more pages than are wanted", async () => {
      const sizes: number[] = [];
      const read = (page: PageRequest) => store.sessions.all({ ...page, limit: 2 });
      for await (const documents of eachPage(read, { limit: 3 })) sizes.push(documents.length);
      expect(sizes).to.deep.equal([2, 1]);
    });

    it("reads sessions of a status oldest first, each once", async () => {
      const ids = Array.from({ length: 7 }, (_, at) => 200 + at);
      for (const id of ids) {
        await store.sessions.insert(documents.newSession(id));
        await store.sessions.move(uuidOf(id), "sealed", "anchored");
      }
      const anchored = await collect(
        eachDocument((page) => store.sessions.byStatus("anchored", { ...page, limit: 2 })),
      );
      const isOwn = new Set(ids.map(uuidOf));
      const found = anchored.filter(({ _id }) => isOwn.has(_id));
      const order = found.map(({ created_at, _id }) => `${created_at} ${_id}`);
      expect(found.map(({ _id }) => _id)).to.have.members(ids.map(uuidOf));
      expect(order).to.deep.equal([...order].sort());
    });

    it("reads an account's unfinished transactions by nonce, a session's by reference, all newest first", async () => {
      const account = { chainId: 31_337, from: addressOf(7) };
      const [root, session] = [hashOf(77), uuidOf(77)];
      await store.anchorTransactions.insert(documents.newTransaction(601, 9, [session]));
      await store.anchorTransactions.insert(documents.newTransaction(602, 3, [root, session]));
      await store.anchorTransactions.insert(documents.newTransaction(603, 3));
      await store.anchorTransactions.move(hashOf(601), "signed", "broadcast");
      const { document } = await store.anchorTransactions.move(hashOf(603), "signed", "mined", {
        gas_used: 21_000,
        effective_gas_price: 2n ** 62n,
      });
      expect(document).to.include({ effective_gas_price: 2n ** 62n });
      await store.anchorTransactions.move(hashOf(500), "signed", "dropped");
      const { documents: unfinished } = await store.anchorTransactions.unfinished(account);
      expect(unfinished.map(({ nonce }) => nonce)).to.deep.equal([3, 3, 9]);
      expect(await store.anchorTransactions.highestNonce(account)).to.equal(550);
      const { documents: attempts } = await store.anchorTransactions.byNonce(account, 3);
      expect(attempts.map(({ _id }) => _id)).to.deep.equal([hashOf(602), hashOf(603)]);
      const { documents: referring } = await store.anchorTransactions.byReference(session);
      expect(referring.map(({ _id }) => _id)).to.deep.equal([hashOf(601), hashOf(602)]);
      const all = await collect(eachDocument((page) => store.anchorTransactions.all({ ...page, limit: 2 })));
      expect(all.map(({ _id }) => _id)).to.have.members([500, 550, 601, 602, 603].map(hashOf));
      expect(all.map(({ created_at }) => -created_at)).to.deep.equal(
        all.map(({ created_at }) => -created_at).sort((a, b) => a - b),
      );
    });

    it("reads payouts by status and month, tallies by rank and entity, records by node", async () => {
      await store.payouts.move(hashOf(101), "pending", "held");
      expect((await store.payouts.byStatus("held")).documents.map(({ _id }) => _id)).to.deep.equal([
        hashOf(101),
      ]);
      expect((await store.payouts.byMonth("2026-01", { limit: 2 })).documents).to.have.length(2);
      await store.workTally.insertMany([
        documents.newWorkTally(5, 1, 2),
        documents.newWorkTally(5, 2, 1),
        documents.newWorkTally(6, 1, 1),
      ]);
      const { documents: ranked } = await store.workTally.byEpoch(5);
      expect(ranked.map(({ entityId }) => entityId)).to.deep.equal([addressOf(2), addressOf(1)]);
      const { documents: history } = await store.workTally.byEntity(addressOf(1), 0, 10);
      expect(history.map(({ epoch }) => epoch)).to.deep.equal([5, 6]);
      expect(await store.workTally.get(5, addressOf(1))).to.deep.include({
        liveScore: { beacons: 5, slots: 7 },
      });
      await store.nodes.insert(documents.newNodeRecord(31, 30, 1));
      await store.nodes.insert(documents.newNodeRecord(32, 30, 12));
      expect((await store.nodes.latest(addressOf(30)))?.sequence).to.equal(12);
      expect(
        (await store.nodes.byAddress(addressOf(30))).documents.map(({ sequence }) => sequence),
      ).to.deep.equal([1, 12]);
      expect((await store.nodes.all()).documents.length).to.equal(await store.nodes.count());
      expect(await store.nodes.latest(addressOf(404))).to.equal(undefined);
    });
  });

  describe("recorded chunks", () => {
    const chunk = (position: number) =>
      documents.newRecordedChunk(position, {
        blockNumber: 10 + 5 * Math.floor(position / 3),
        logIndex: position % 3,
      });

    it("are found by position", async () => {
      await store.recordedChunks.insertMany([0, 1, 2, 3, 4, 5, 6].map(chunk));
      expect(await store.recordedChunks.get(4)).to.deep.equal(chunk(4));
      expect(await store.recordedChunks.get(7)).to.equal(undefined);
    });

    it("are a conflict where another chunk, or another event, comes for a position", async () => {
      expect(await store.recordedChunks.insertMany([chunk(1), chunk(2)])).to.include({ existing: 2 });
      const other = store.recordedChunks.insertMany([{ ...chunk(1), blockHash: hashOf(99) }]);
      expect(await refusal(other)).to.include({ code: "STORE_CONFLICT", id: "1", field: "blockHash" });
      const moved = store.recordedChunks.insertMany([{ ...chunk(1), _id: 70 }]);
      expect(await refusal(moved)).to.include({ code: "STORE_CONFLICT", id: "70", field: "_id" });
    });

    it("are read by session, up to a position", async () => {
      const read = (below: number) => store.recordedChunks.bySession(hashOf(1), below);
      expect((await read(6)).documents.map(({ idx }) => idx)).to.deep.equal([0, 1, 2, 3, 4, 5]);
      expect((await read(0)).documents).to.deep.equal([]);
    });
  });

  describe("attestations", () => {
    it("are one for each attester and epoch", async () => {
      await store.attestations.insertMany([
        documents.newAttestation(7, 2, 40),
        documents.newAttestation(7, 1, 41),
        documents.newAttestation(8, 1, 39),
      ]);
      const { documents: seen } = await store.attestations.byEpoch(7);
      expect(seen.map(({ attester }) => attester)).to.deep.equal([addressOf(1), addressOf(2)]);
      expect(await store.attestations.get(`8:${addressOf(1)}`)).to.include({ root: hashOf(8) });
      const other = { ...documents.newAttestation(7, 1, 41), root: hashOf(9) };
      expect(await refusal(store.attestations.insertMany([other]))).to.include({
        code: "STORE_CONFLICT",
        field: "root",
      });
    });
  });

  describe("deployment parameters", () => {
    it("are fixed by whoever comes first", async () => {
      const deployment = documents.newDeployment(1, 3);
      expect(await store.deploymentParameters.insert(deployment)).to.include({ inserted: 1 });
      expect(await store.deploymentParameters.insert(deployment)).to.include({ existing: 1 });
      const other = store.deploymentParameters.insert({ ...deployment, confirmations: 4 });
      expect(await refusal(other)).to.include({ code: "STORE_CONFLICT", field: "confirmations" });
      const elsewhere = store.deploymentParameters.insert(documents.newDeployment(2, 3));
      expect(await refusal(elsewhere)).to.include({ code: "STORE_CONFLICT", field: "anchors" });
      const { documents: kept } = await store.deploymentParameters.allById();
      expect(kept).to.deep.equal([{ ...deployment, _id: "deployment" }]);
    });
  });

  describe("task proofs", () => {
    const slot = 70;
    const place = (id: number, node: number, pool?: number) => ({ id, node, slot, ...(pool && { pool }) });

    it("are stamped by the store, and keep their first stamp", async () => {
      const proof = documents.beaconProof({ id: 700, node: 1, slot: 69 });
      const earliest = await store.now();
      await store.taskProofs.insertMany([proof]);
      const first = await store.taskProofs.get(69, addressOf(1), hashOf(700));
      expect(first?.ts).to.be.within(earliest, await store.now());
      expect(await store.taskProofs.insertMany([proof])).to.deep.equal({ inserted: 0, existing: 1 });
      expect(await store.taskProofs.get(69, addressOf(1), hashOf(700))).to.deep.equal(first);
    });

    it("are tallied for each entity: distinct sessions, bytes, storage, signatures, beacons", async () => {
      await store.taskProofs.insertMany([
        documents.relayProof(place(800, 1), 1, 100),
        documents.relayProof(place(801, 1), 1, 50),
        documents.relayProof(place(802, 1), 2, 2 ** 40),
        // Two members of a pool relay the same session: one session.
        documents.relayProof(place(803, 2, 9), 1, 7),
        documents.relayProof(place(804, 3, 9), 1, 8),
        ...[0, 1, 2, 3, 4, 4].map((challenge, at) => documents.storageProof(place(810 + at, 1), challenge)),
        documents.storageProof(place(820, 2, 9), 1),
        documents.storageProof(place(821, 3, 9), 1),
        documents.validationProof(place(830, 1)),
        documents.validationProof(place(831, 1)),
        documents.validationProof(place(832, 2, 9)),
        documents.validationProof(place(833, 3, 9)),
        documents.beaconProof(place(840, 2, 9)),
        documents.beaconProof(place(841, 4)),
        documents.beaconProof({ id: 842, node: 4, slot: slot + 1 }),
      ]);
      const request = { slot, stampedUntil: await store.now(), storageProofsPerNode: 4 };
      expect(await store.taskProofs.tally(request)).to.deep.equal([
        documents.newTally(1, {
          sessions: 2,
          bytes: 150 + 2 ** 40,
          storageProofs: 4,
          validationSignatures: 1,
        }),
        documents.newTally(4, { beacons: 1 }),
        documents.newTally(9, {
          sessions: 1,
          bytes: 15,
          storageProofs: 2,
          validationSignatures: 2,
          beacons: 1,
        }),
      ]);
      expect(await store.taskProofs.tally({ ...request, stampedUntil: 0 })).to.deep.equal([]);
    });

    it("are tallied where receipts claim more bytes than a number holds", async () => {
      const claims = Array.from({ length: 1_100 }, (_, at) =>
        documents.relayProof({ id: 10_000 + at, node: 1, slot: slot + 2 }, 1, Number.MAX_SAFE_INTEGER),
      );
      await store.taskProofs.insertMany(claims);
      const request = { slot: slot + 2, stampedUntil: await store.now(), storageProofsPerNode: 4 };
      expect(await store.taskProofs.tally(request)).to.deep.equal([
        documents.newTally(1, { sessions: 1, bytes: Number.MAX_SAFE_INTEGER }),
      ]);
    });

    it("are read by slot in pages, of one type where asked", async () => {
      const all = await collect(eachDocument((page) => store.taskProofs.bySlot(slot, { ...page, limit: 4 })));
      expect(all).to.have.length(19);
      const order = all.map(({ nodeId, _id }) => `${nodeId} ${_id}`);
      expect(order).to.deep.equal([...order].sort());
      const beacons = await store.taskProofs.bySlot(slot, { type: "uptime_beacon" });
      expect(beacons.documents.map(({ _id }) => _id)).to.deep.equal([hashOf(840), hashOf(841)]);
    });
  });
}
