import { expect } from "chai";
import { type CommandStartedEvent, type Document, MongoClient } from "mongodb";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import { beaconProof, hashOf, newChunk, newPayout, uuidOf } from "../../../devnet/store-documents.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { clientOptions } from "../../../offchain/store/mongo/client-options.ts";
import { MongoEngine } from "../../../offchain/store/mongo/mongo-engine.ts";
import { COLLECTIONS } from "../../../offchain/store/schema/index.ts";
import { Store } from "../../../offchain/store/store.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { HOT_PATHS, type HotPath } from "../../support/store-hot-paths.ts";

/** What the driver adds to a command, and explain does not take. */
const DRIVERS_OWN = new Set([
  "lsid",
  "txnNumber",
  "$clusterTime",
  "$db",
  "writeConcern",
  "readConcern",
  "$readPreference",
]);
const QUERIES = new Set(["find", "aggregate", "findAndModify", "update"]);

/** Filters of a command; an update may carry several. */
function filtersOf(command: Document): Document[] {
  if (command.find !== undefined) return [command.filter];
  if (command.findAndModify !== undefined) return [command.query];
  if (command.update !== undefined) return command.updates.map(({ q }: { q: Document }) => q);
  return [command.pipeline[0].$match];
}

/** The conditions that stand side by side, also within $and. */
function conditionsOf(filter: Document): Document {
  const inner = ((filter.$and ?? []) as Document[]).map(conditionsOf);
  return Object.assign({}, filter, ...inner);
}

const isEquality = (condition: unknown) =>
  condition !== undefined &&
  !(Object.getPrototypeOf(condition) === Object.prototype && !("$in" in (condition as object)));

const hintOf = (command: Document) => command.hint ?? command.updates?.[0].hint;

const toText = (value: unknown): string =>
  JSON.stringify(value, (_field, item) => (typeof item === "bigint" ? String(item) : item));

describe("store on MongoDB, its queries", function () {
  this.timeout(60_000);
  let server: TestServer;
  let client: MongoClient;
  let store: Store;
  const commands: Document[] = [];

  before(async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    server = await TestServer.start(program);
    const uri = server.uri("lucid_queries");
    await initialiseStore(uri, { withRoles: false });
    client = new MongoClient(uri, { ...clientOptions([]), monitorCommands: true });
    const db = client.db();
    store = new Store(new MongoEngine(client, db, { engine: "mongodb", location: "test", version: "test" }));
    await store.chunks.insertMany([newChunk(1, 0), newChunk(1, 1)]);
    await store.payouts.insertMany([newPayout(1, 1n)]);
    await store.taskProofs.insertMany([beaconProof({ id: 1, node: 1, slot: 5 })]);
    client.on("commandStarted", ({ command, commandName }: CommandStartedEvent) => {
      if (QUERIES.has(commandName)) commands.push(command);
    });
  });
  after(async () => {
    await client?.close();
    await server?.stop();
  });

  async function recorded(run: HotPath["run"]): Promise<Document[]> {
    commands.length = 0;
    await run(store);
    return [...commands];
  }

  for (const [name, { run, index, isScattered }] of Object.entries(HOT_PATHS)) {
    it(`${name}: by its shard key and ${index}`, async () => {
      const sent = await recorded(run);
      expect(sent).to.not.have.length(0);
      for (const command of sent) {
        const collection = String(Object.values(command)[0]);
        const shardKey = COLLECTIONS.find((schema) => schema.name === collection)?.shardKey ?? [];
        // A prefix of the shard key by equality sends a query to the shards that hold it.
        const [first] = shardKey;
        for (const filter of filtersOf(command)) {
          if (first === undefined || isScattered) continue;
          expect(isEquality(conditionsOf(filter)[first]), `${first} in ${toText(filter)}`).to.equal(true);
        }
        expectIndex(await explain(command), index);
      }
    });
  }

  /** Explains a find for an update too: it is the same search. */
  async function explain(command: Document): Promise<Document> {
    const collection = Object.values(command)[0];
    const own = Object.fromEntries(Object.entries(command).filter(([field]) => !DRIVERS_OWN.has(field)));
    const explained =
      command.find !== undefined || command.aggregate !== undefined
        ? own
        : { find: collection, filter: filtersOf(command)[0], hint: hintOf(command) };
    return await client.db().command({ explain: explained, verbosity: "queryPlanner" });
  }

  function expectIndex(explained: Document, index: string): void {
    const text = toText(explained.queryPlanner.winningPlan);
    expect(text).to.not.include("COLLSCAN");
    const isById = index === "_id_" && /IDHACK|EXPRESS/.test(text);
    if (!isById) expect(text, "winning plan").to.include(`"indexName":"${index}"`);
  }

  it("waits for a journaled majority in every write, and reads what a majority holds", async () => {
    const sent = [
      ...(await recorded(() => store.payouts.get(hashOf(1)))),
      ...(await recorded(() => store.chunks.bySession(uuidOf(1)))),
    ];
    for (const { readConcern } of sent) expect(readConcern).to.include({ level: "majority" });
    const writes: Document[] = [];
    client.on("commandStarted", ({ command, commandName }) => {
      if (["insert", "update", "findAndModify"].includes(commandName)) writes.push(command);
    });
    await store.chunks.insertMany([newChunk(2, 0)]);
    await store.taskProofs.insertMany([beaconProof({ id: 9, node: 1, slot: 6 })]);
    await store.chunks.move(uuidOf(2), 0, "none", "stored");
    expect(writes.map((command) => Object.keys(command)[0])).to.deep.equal([
      "insert",
      "update",
      "findAndModify",
    ]);
    for (const { writeConcern, txnNumber } of writes) {
      expect(writeConcern).to.include({ w: "majority" });
      expect(writeConcern.j ?? writeConcern.journal).to.equal(true);
      expect(txnNumber, "a retryable write").to.not.equal(undefined);
    }
  });
});
