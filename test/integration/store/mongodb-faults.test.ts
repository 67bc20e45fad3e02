import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { MongoClient } from "mongodb";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import {
  addressOf,
  beaconProof,
  hashOf,
  newChunk,
  newSession,
  uuidOf,
} from "../../../devnet/store-documents.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { StoreError } from "../../../offchain/store/errors.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { chance, faultRounds } from "../../support/random.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { refusal } from "./engine-suite.ts";

const QUICK_KILLS = 2;
const LOAD_MS = 400;
const DOWN_MS = 300;
const WRITERS = 4;
const IDS_A_WRITER = 1_000_000;

describe("store on MongoDB, its server failing", function () {
  const rounds = faultRounds(QUICK_KILLS);
  this.timeout(60_000 + rounds * 20_000);
  const random = chance();
  let server: TestServer;
  let store: Store;
  let admin: MongoClient;

  before(async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    if (program.kind === "running") return skipWithout(this, "only a server that was not started here");
    server = await TestServer.start(program);
    const setting = server.uri("lucid_faults");
    await initialiseStore(setting, { withRoles: false });
    store = await openStore({ setting });
    admin = new MongoClient(server.uri("admin"));
  });
  after(async () => {
    await admin?.close();
    await store?.close();
    await server?.stop();
  });

  /** Writes until told to stop; repeats what had no known outcome, as the error says. */
  async function writeUntil(stop: AbortSignal, first: number): Promise<number[]> {
    const acknowledged: number[] = [];
    for (let id = first; !stop.aborted; id += 1) {
      await repeated(() => store.sessions.insert(newSession(id)));
      await repeated(() => store.taskProofs.insertMany([beaconProof({ id, node: 1, slot: 1 })]));
      await repeated(() => store.chunks.insertMany([newChunk(id, 0), newChunk(id, 1)]));
      await repeated(() => store.sessions.move(uuidOf(id), "sealed", "pending"));
      acknowledged.push(id);
    }
    return acknowledged;
  }

  async function repeated(write: () => Promise<unknown>): Promise<void> {
    const deadline = Date.now() + 15_000;
    for (;;) {
      try {
        await write();
        return;
      } catch (error) {
        const isTransient =
          error instanceof StoreError &&
          (error.code === "STORE_OUTCOME_UNKNOWN" || error.code === "STORE_UNREACHABLE");
        if (!isTransient || Date.now() > deadline) throw error;
      }
    }
  }

  it(`loses nothing that was acknowledged when the server is killed ${rounds} times (LUCID_FAULT_SEED=${random.seed})`, async () => {
    const stop = new AbortController();
    const writers = Array.from({ length: WRITERS }, (_, at) => writeUntil(stop.signal, at * IDS_A_WRITER));
    const written = Promise.all(writers);
    for (let round = 0; round < rounds; round += 1) {
      await delay(random.next() * LOAD_MS);
      await server.kill();
      await delay(DOWN_MS);
      await server.startAgain();
    }
    await delay(LOAD_MS);
    stop.abort();
    const ids = (await written).flat();
    expect(ids.length).to.be.greaterThan(rounds);
    for (const id of ids) {
      expect((await store.sessions.get(uuidOf(id)))?.status, `session ${id}`).to.equal("pending");
      expect(await store.taskProofs.get(1, addressOf(1), hashOf(id)), `proof ${id}`).to.not.equal(undefined);
      expect((await store.chunks.bySession(uuidOf(id))).documents, `chunks ${id}`).to.have.length(2);
    }
    // None twice: each id was written by one writer, and every document has an id of its own.
    expect(await store.sessions.count()).to.equal(ids.length);
    expect(await store.taskProofs.count()).to.equal(ids.length);
    expect(await store.chunks.count()).to.equal(2 * ids.length);
  });

  describe("at a fail point", () => {
    const failCommands = ["insert", "update", "findAndModify"];
    const failing = (mode: unknown, data: object) =>
      admin.db("admin").command({ configureFailPoint: "failCommand", mode, data: { failCommands, ...data } });
    let id = 900_000_000;
    beforeEach(async () => {
      id += 1;
      const decision = { _id: id, slot: id, fallbacks: [], transcript: "", transcriptHash: hashOf(1) };
      await store.leaderSchedule.insert(decision);
    });
    afterEach(() => failing("off", {}));

    const writes: Record<string, { write: () => Promise<unknown>; count: () => Promise<number> }> = {
      "an insert": {
        write: () => store.chunks.insertMany([newChunk(id, 0), newChunk(id, 1), newChunk(id, 2)]),
        count: async () => (await store.chunks.bySession(uuidOf(id))).documents.length / 3,
      },
      "a stamped insert": {
        write: () => store.taskProofs.insertMany([beaconProof({ id, node: 1, slot: id })]),
        count: async () => (await store.taskProofs.bySlot(id)).documents.length,
      },
      "a compare-and-set": {
        write: async () => {
          await store.leaderSchedule.miss(id, "x");
        },
        count: async () => ((await store.leaderSchedule.get(id))?.result === undefined ? 0 : 1),
      },
    };
    for (const [kind, { write, count }] of Object.entries(writes)) {
      it(`${kind} happens once although its connection is lost`, async () => {
        await failing({ times: 1 }, { closeConnection: true });
        await write();
        expect(await count()).to.equal(1);
      });

      it(`${kind} happens once although the primary steps down`, async () => {
        const errorLabels = ["RetryableWriteError"];
        await failing({ times: 1 }, { errorCode: 10_107, errorLabels });
        await write();
        expect(await count()).to.equal(1);
      });

      it(`${kind} that is not confirmed in time is an error or was repeated, and there once`, async () => {
        const writeConcernError = { code: 64, errmsg: "waiting for replication timed out" };
        await failing({ times: 1 }, { writeConcernError });
        const outcome = await write().then(
          () => "done",
          (error: unknown) => (error instanceof StoreError ? error.code : error),
        );
        expect(outcome).to.be.oneOf(["done", "STORE_OUTCOME_UNKNOWN"]);
        await write();
        expect(await count()).to.equal(1);
      });

      it(`${kind} is a typed error while connections are lost for good, and can be repeated`, async () => {
        await failing("alwaysOn", { closeConnection: true });
        expect((await refusal(write())).code).to.equal("STORE_OUTCOME_UNKNOWN");
        await failing("off", {});
        await write();
        expect(await count()).to.equal(1);
      });
    }

    it("an error that has no name here is passed on in the server's words, and nothing is written", async () => {
      const lockTimeout = 24;
      await failing({ times: 1 }, { errorCode: lockTimeout });
      const refused = await refusal(store.chunks.insertMany([newChunk(id, 0)]));
      expect(refused).to.include({ code: "STORE_FAILED" });
      expect(refused).to.have.property("reason").that.includes("fail");
      expect((await store.chunks.bySession(uuidOf(id))).documents).to.deep.equal([]);
    });

    it("a read goes on when its connection is lost", async () => {
      const data = { failCommands: ["find"], closeConnection: true };
      await admin.db("admin").command({ configureFailPoint: "failCommand", mode: { times: 1 }, data });
      expect((await store.leaderSchedule.get(id))?.slot).to.equal(id);
    });
  });

  it("goes on after a real step-down", async () => {
    const stepDown = admin
      .db("admin")
      .command({ replSetStepDown: 1, secondaryCatchUpPeriodSecs: 0, force: true });
    await Promise.allSettled([stepDown]);
    await repeated(() => store.sessions.insert(newSession(950_000_000)));
    expect(await store.sessions.get(uuidOf(950_000_000))).to.not.equal(undefined);
  });
});
