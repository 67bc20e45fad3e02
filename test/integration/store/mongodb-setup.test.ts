import { expect } from "chai";
import { Binary, type Db, Long, MongoClient, UUID } from "mongodb";
import { freePort } from "../../../devnet/free-port.ts";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import {
  addressOf,
  hashOf,
  newPayout,
  newSession,
  newWorkTally,
  uuidOf,
} from "../../../devnet/store-documents.ts";
import { initialiseStore, migrateStore, storeStatus } from "../../../offchain/store/administration.ts";
import type { Migration } from "../../../offchain/store/migrations/migration.ts";
import { MIGRATIONS } from "../../../offchain/store/migrations/migrator.ts";
import { MongoMigrations } from "../../../offchain/store/mongo/mongo-migrations.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { COLLECTIONS } from "../../../offchain/store/schema/index.ts";
import { withLaterSchema } from "../../support/later-schema.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { takeBackAll } from "../../support/take-back-all.ts";
import { refusal } from "./engine-suite.ts";

const withRoles = false;

const VALIDATION_FAILED = 121;
/** A storage proof as MongoDB kept it before challenges had numbers. */
const oldStorageProof = {
  nodeId: addressOf(1),
  slot: Long.fromNumber(1),
  type: "storage_availability",
  value: {
    sessionId: new UUID(uuidOf(1)),
    chunk: {
      idx: Long.fromNumber(0),
      sizeBytes: Long.fromNumber(1024),
      ciphertextSha256: hashOf(1),
      contentRoot: hashOf(2),
    },
    chunkProof: [],
    segmentIndex: Long.fromNumber(0),
    segment: "0xab",
    segmentProof: [],
  },
  sig: "0x5a",
  ts: new Date(0),
};

const ALL_MIGRATIONS = MIGRATIONS.map(({ name }) => name);

describe("store on MongoDB, its setup", function () {
  this.timeout(60_000);
  let server: TestServer;
  let client: MongoClient;
  let databases = 0;
  before(async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    server = await TestServer.start(program);
    client = new MongoClient(server.uri("lucid_setup"));
  });
  after(async () => {
    await client?.close();
    await server?.stop();
  });

  /** A database of the test's own. */
  function newDatabase(): { setting: string; db: Db } {
    databases += 1;
    const setting = server.uri(`lucid_setup_${databases}`);
    return { setting, db: client.db(new URL(setting).pathname.slice(1)) };
  }

  it("creates everything, and changes nothing when run again", async () => {
    const { setting, db } = newDatabase();
    expect(await initialiseStore(setting, { withRoles })).to.deep.equal(ALL_MIGRATIONS);
    const describeAll = async () => [
      await db.listCollections().toArray(),
      await Promise.all(COLLECTIONS.map(({ name }) => db.collection(name).indexes())),
    ];
    const first = JSON.stringify(await describeAll());
    expect(await initialiseStore(setting, { withRoles })).to.deep.equal([]);
    expect(JSON.stringify(await describeAll())).to.equal(first);
    const status = await storeStatus(setting);
    expect(status).to.deep.include({ engine: "mongodb", drift: [], shards: undefined });
    expect(status.indexes.chunks).to.deep.equal(["_id_", "session_idx"]);
  });

  it("goes on after an initialisation that was killed while it asked for validation", async () => {
    const { setting, db } = newDatabase();
    await db.createCollection("validation_probe");
    expect(await initialiseStore(setting, { withRoles })).to.deep.equal(ALL_MIGRATIONS);
    expect(await db.listCollections({ name: "validation_probe" }).toArray()).to.deep.equal([]);
  });

  it("says what differs, and leaves it", async () => {
    const { setting, db } = newDatabase();
    await initialiseStore(setting, { withRoles });
    await db.collection("sessions").dropIndex("oldest");
    await db.collection("sessions").createIndex({ gas_used: 1 }, { name: "stray" });
    await db.command({ collMod: "payouts", validator: {}, validationAction: "warn" });
    const details = await refusal(initialiseStore(setting, { withRoles }));
    expect(details).to.deep.include({
      code: "STORE_DRIFT",
      differences: [
        "index oldest of sessions is missing",
        "index stray of sessions is unknown",
        "the validator of payouts differs",
        "validationAction of payouts is warn, not error",
      ],
    });
    expect((await storeStatus(setting)).drift).to.have.length(4);
  });

  it("creates what the first version had, whatever was added to the schema since", async () => {
    const { setting, db } = newDatabase();
    const details = await withLaterSchema(() => refusal(initialiseStore(setting, { withRoles })));
    expect(details).to.deep.include({
      code: "STORE_DRIFT",
      differences: ["the validator of sessions differs", "collection later_collection is missing"],
    });
    expect(await db.listCollections({ name: "later_collection" }).toArray()).to.deep.equal([]);
    expect((await storeStatus(setting)).drift, "without the additions").to.deep.equal([]);
  });

  it("lets in nothing that does not fit, whoever writes it", async () => {
    const { setting, db } = newDatabase();
    await initialiseStore(setting, { withRoles });
    for (const { name } of COLLECTIONS) {
      const error = await db
        .collection(name)
        .insertOne({ surprise: 1 })
        .catch((cause: unknown) => cause);
      expect(error, name).to.include({ code: VALIDATION_FAILED });
    }
    await using store = await openStore({ setting });
    await store.payouts.insertMany([newPayout(1, 5n)]);
    const asDouble = db
      .collection("payouts")
      .updateOne({ _id: hashOf(1) as never }, { $set: { usdt_amount: 5.5 } });
    expect(await asDouble.catch((cause: unknown) => cause)).to.include({ code: VALIDATION_FAILED });
  });

  it("holds amounts as Long, UUIDs as BinData 4 and times as Date", async () => {
    const { setting, db } = newDatabase();
    await initialiseStore(setting, { withRoles });
    await using store = await openStore({ setting });
    await store.payouts.insertMany([newPayout(1, 2n ** 53n + 1n)]);
    await store.sessions.insert(newSession(1));
    const payout = await db.collection("payouts").findOne({}, { promoteLongs: false });
    expect(payout?.usdt_amount).to.be.instanceOf(Long);
    expect(payout?.usdt_amount.toString()).to.equal("9007199254740993");
    const session = await db.collection("sessions").findOne();
    expect((session?._id as unknown as Binary).sub_type).to.equal(Binary.SUBTYPE_UUID);
    expect((session?._id as unknown as Binary).toUUID().toString()).to.equal(uuidOf(1));
    expect(session?.created_at).to.be.instanceOf(Date);
  });

  it("refuses to give back a document that something else has changed", async () => {
    const { setting, db } = newDatabase();
    await initialiseStore(setting, { withRoles });
    await using store = await openStore({ setting });
    await store.workTally.insertMany([newWorkTally(1, 1, 1)]);
    const change = { $set: { entityId: "somebody" } };
    await db.collection("work_tally").updateOne({}, change, { bypassDocumentValidation: true });
    expect(await refusal(store.workTally.byEpoch(1))).to.include({
      code: "STORE_DOCUMENT_INVALID",
      collection: "work_tally",
      field: "entityId",
      found: "on read",
    });
  });

  it("reports a document that the server's validator refuses", async () => {
    const { setting, db } = newDatabase();
    await initialiseStore(setting, { withRoles });
    await using store = await openStore({ setting });
    await db.command({ collMod: "sessions", validator: { chunk_count: { $lt: 2 } } });
    expect(await refusal(store.sessions.insert(newSession(1)))).to.include({
      code: "STORE_DOCUMENT_REFUSED",
      collection: "sessions",
    });
    expect(await store.sessions.count()).to.equal(0);
  });

  it("takes a migration back where nothing would be lost", async () => {
    const { setting } = newDatabase();
    expect(await migrateStore(setting, "none")).to.deep.include({ applied: [], pending: ALL_MIGRATIONS });
    expect(await refusal(openStore({ setting }))).to.include({ code: "STORE_MIGRATIONS_PENDING" });
    await migrateStore(setting, "up");
    const store = await openStore({ setting });
    await store.sessions.insert(newSession(1));
    await store.close();
    expect(await refusal(takeBackAll(setting))).to.include({
      code: "STORE_NOT_EMPTY",
      collection: "sessions",
    });
    await client.db(new URL(setting).pathname.slice(1)).collection("sessions").deleteMany({});
    await takeBackAll(setting);
    expect(await migrateStore(setting, "none")).to.deep.include({ applied: [], pending: ALL_MIGRATIONS });
  });

  it("adds a field and takes it back, the documents of before in it", async () => {
    const { setting, db } = newDatabase();
    await initialiseStore(setting, { withRoles });
    const store = await openStore({ setting });
    await store.sessions.insertMany([newSession(1), newSession(2, { label: "tours/first.cast" })]);
    await store.close();
    const details = await refusal(takeBackAll(setting));
    expect(details).to.include({ code: "STORE_NOT_EMPTY", collection: "sessions", field: "label" });
    await db.collection("sessions").updateMany({}, { $unset: { label: true } });
    // As far as it goes: the first migration would lose the sessions.
    await refusal(takeBackAll(setting));
    const sessions = db.collection<{ label?: string }>("sessions");
    const labelled = sessions.updateOne({}, { $set: { label: "a" } });
    expect(
      await labelled.then(
        () => "taken",
        ({ code }) => code,
      ),
    ).to.equal(VALIDATION_FAILED);
    await migrateStore(setting, "up");
    await sessions.updateOne({}, { $set: { label: "a" } });
    expect((await storeStatus(setting)).drift).to.deep.equal([]);
  });

  it("changes no validator under a document that is written between the check and the change", async () => {
    /** The database, in which something else writes just before a validator is changed for the first time. */
    const writingBefore = (db: Db, write: () => Promise<unknown>): Db => {
      let isWritten = false;
      return new Proxy(db, {
        get(target, name) {
          if (name !== "command") return Reflect.get(target, name, target);
          return async (command: object) => {
            if (!isWritten) await write();
            isWritten = true;
            return await target.command(command);
          };
        },
      });
    };
    const validatorOf = async (db: Db, name: string) => (await db.collection(name).options())?.validator;

    const { setting, db } = newDatabase();
    const [first, storageChallenges] = MIGRATIONS as [Migration, Migration];
    await first.mongodb.up(db);
    const before = await validatorOf(db, "task_proofs");
    const proof = { _id: hashOf(1), ...oldStorageProof } as never;
    const crowded = writingBefore(db, () => db.collection("task_proofs").insertOne(proof));
    expect(await refusal(storageChallenges.mongodb.up(crowded))).to.include({ code: "STORE_NOT_EMPTY" });
    expect(await validatorOf(db, "task_proofs")).to.deep.equal(before);
    await db.collection("task_proofs").deleteMany({});

    await initialiseStore(setting, { withRoles });
    await using store = await openStore({ setting });
    const place = MIGRATIONS.findIndex(({ name }) => name === "0004-session-label");
    const label = MIGRATIONS[place] as Migration;
    for (const later of MIGRATIONS.slice(place + 1).toReversed()) await later.mongodb.down(db);
    const withLabel = await validatorOf(db, "sessions");
    const labelled = writingBefore(db, () => store.sessions.insertMany([newSession(1, { label: "a" })]));
    expect(await refusal(label.mongodb.down(labelled))).to.include({
      code: "STORE_NOT_EMPTY",
      field: "label",
    });
    expect(await validatorOf(db, "sessions")).to.deep.equal(withLabel);
  });

  it("gives task proofs another shape only while there are none, and gives the old one back", async () => {
    const { setting, db } = newDatabase();
    const [first] = MIGRATIONS as [Migration];
    await first.mongodb.up(db);
    await new MongoMigrations(db).record(first.name);
    const proof = { _id: hashOf(1), ...oldStorageProof } as never;
    await db.collection("task_proofs").insertOne(proof);
    expect(await refusal(migrateStore(setting, "up"))).to.deep.equal({
      code: "STORE_NOT_EMPTY",
      collection: "task_proofs",
      refused: "migration",
    });
    expect(await db.collection("task_proofs").countDocuments()).to.equal(1);
    expect(await migrateStore(setting, "none")).to.deep.include({ applied: [first.name] });

    await db.collection("task_proofs").deleteMany({});
    await migrateStore(setting, "up");
    expect((await storeStatus(setting)).drift).to.deep.equal([]);
    await (await openStore({ setting })).close();
    const refused = await db
      .collection("task_proofs")
      .insertOne(proof)
      .catch((error) => error.code);
    expect(refused, "a proof of the old shape fails validation").to.equal(121);

    for (const _ of ALL_MIGRATIONS.slice(1)) await migrateStore(setting, "down");
    await db.collection("task_proofs").insertOne(proof);
  });

  it("refuses connection strings that are wrong or would weaken it, without their credentials", async () => {
    const settings = [
      "mongodb://",
      "mongodb://user:secret@127.0.0.1",
      "mongodb://user:secret@127.0.0.1/a.b",
      "mongodb://user:secret@127.0.0.1/lucid?w=1",
      "mongodb://user:secret@127.0.0.1/lucid?retryWrites=false",
      "mongodb://user:secret@127.0.0.1/lucid?readConcernLevel=local",
      "mongodb://user:secret@127.0.0.1/lucid?nonsense=1",
      "mongodb://user:sec:ret@@127.0.0.1/lucid",
    ];
    for (const setting of settings) {
      const details = await refusal(openStore({ setting }));
      expect(details, setting).to.include({ code: "STORE_SETTING_INVALID" });
      expect(JSON.stringify(details)).to.not.match(/secret|sec:ret/);
    }
  });

  it("says when no server answers", async () => {
    const setting = `mongodb://user:secret@127.0.0.1:${await freePort()}/lucid?serverSelectionTimeoutMS=300`;
    const details = await refusal(openStore({ setting }));
    expect(details).to.include({ code: "STORE_UNREACHABLE" });
    expect(JSON.stringify(details)).to.not.include("secret");
  });

  it("refuses a server that is not a replica set", async function () {
    const program = findServerProgram();
    if (program === undefined || program.kind === "running") {
      return skipWithout(this, "no server that could be started standalone");
    }
    const standalone = await TestServer.start(program, { standalone: true });
    try {
      const details = await refusal(openStore({ setting: standalone.uri("lucid") }));
      expect(details).to.include({ code: "STORE_UNFIT" });
      expect(details)
        .to.have.property("lacks")
        .that.matches(/replica set/);
    } finally {
      await standalone.stop();
    }
  });
});
