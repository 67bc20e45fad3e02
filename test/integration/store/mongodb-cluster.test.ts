import { expect } from "chai";
import { MongoClient, UUID } from "mongodb";
import {
  beaconProof,
  hashOf,
  newChunk,
  newPayout,
  newSession,
  uuidOf,
} from "../../../devnet/store-documents.ts";
import { initialiseStore, storeStatus } from "../../../offchain/store/administration.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { findMongod, findMongos, TestCluster } from "../../support/mongodb-cluster.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { refusal } from "./engine-suite.ts";

const DATABASE = "lucid_cluster";
const MEMBERS = 3;
const WRITES = 200;

describe("store on a replica set of three", function () {
  this.timeout(180_000);
  let cluster: TestCluster | undefined;
  after(async () => {
    await cluster?.stop();
  });

  it("goes on when the primary is killed, and loses nothing that was acknowledged", async function () {
    if (findMongod() === undefined) return skipWithout(this, "no mongod");
    cluster = new TestCluster();
    const ports = await cluster.startReplicaSet("lucid", MEMBERS);
    const hosts = ports.map((port) => `127.0.0.1:${port}`).join(",");
    const setting = `mongodb://${hosts}/${DATABASE}?replicaSet=lucid&serverSelectionTimeoutMS=60000`;
    await initialiseStore(setting, { withRoles: true });
    await using store = await openStore({ setting });
    for (let id = 0; id < WRITES; id += 1) {
      if (id === WRITES / 2) await cluster.killPrimary(ports);
      await store.sessions.insert(newSession(id));
      await store.taskProofs.insertMany([beaconProof({ id, node: 1, slot: 1 })]);
      await store.sessions.move(uuidOf(id), "sealed", "pending");
    }
    expect(await store.sessions.count()).to.equal(WRITES);
    expect(await store.taskProofs.count()).to.equal(WRITES);
    const { documents } = await store.sessions.byStatus("pending", { limit: WRITES });
    expect(documents).to.have.length(WRITES);
  });
});

describe("store on a sharded cluster", function () {
  this.timeout(180_000);
  let cluster: TestCluster | undefined;
  after(async () => {
    await cluster?.stop();
  });

  it("is set up by store init, with documents on both shards and ids that are unique in the whole", async function () {
    if (findMongod() === undefined || findMongos() === undefined) {
      return skipWithout(this, "no mongod with a mongos");
    }
    cluster = new TestCluster();
    const port = await cluster.startSharded();
    const setting = `mongodb://127.0.0.1:${port}/${DATABASE}`;
    await initialiseStore(setting, { withRoles: true });
    expect(await initialiseStore(setting, { withRoles: true })).to.deep.equal([]);
    await spread(setting);

    await using store = await openStore({ setting });
    await store.chunks.insertMany([newChunk(1, 0), newChunk(2 ** 40, 0)]);
    await store.taskProofs.insertMany([1, 2_000].map((slot) => beaconProof({ id: slot, node: 1, slot })));
    const high = `0xf${hashOf(1).slice(3)}`;
    await store.payouts.insertMany([newPayout(1, 1n), { ...newPayout(2, 1n), _id: high }]);

    const { shards, drift } = await storeStatus(setting);
    expect(drift).to.deep.equal([]);
    for (const collection of ["chunks", "task_proofs", "payouts"]) {
      const counts = Object.values(shards?.[collection] ?? {});
      expect(counts, collection).to.have.length(2);
      expect(Math.min(...counts), collection).to.equal(1);
    }
    expect(await refusal(store.payouts.insertMany([newPayout(1, 2n)]))).to.include({
      code: "STORE_CONFLICT",
    });
    const changed = { ...newChunk(2 ** 40, 0), size_bytes: 1 };
    expect(await refusal(store.chunks.insertMany([changed]))).to.include({ code: "STORE_CONFLICT" });
    expect((await store.payouts.move(high, "pending", "held")).swapped).to.equal(true);
    const request = { slot: 2_000, stampedUntil: await store.now(), storageProofsPerNode: 4 };
    expect(await store.taskProofs.tally(request)).to.have.length(1);
  });

  /** Splits each sharded collection in the middle and puts the halves on different shards. */
  async function spread(setting: string): Promise<void> {
    const client = new MongoClient(setting, { useBigInt64: true });
    const admin = client.db("admin");
    const { shards } = await admin.command({ listShards: 1 });
    const middles = {
      chunks: { session_id: new UUID(uuidOf(2 ** 30)), idx: 0n },
      task_proofs: { slot: 1_000n, nodeId: "" },
      payouts: { _id: "0x8" },
    };
    for (const [collection, middle] of Object.entries(middles)) {
      const namespace = `${DATABASE}.${collection}`;
      await admin.command({ split: namespace, middle });
      const entry = await client
        .db("config")
        .collection("databases")
        .findOne({ _id: DATABASE as never });
      const other = shards.find(({ _id }: { _id: string }) => _id !== entry?.primary);
      await admin.command({ moveRange: namespace, min: middle, toShard: other._id });
    }
    await client.close();
  }
});
