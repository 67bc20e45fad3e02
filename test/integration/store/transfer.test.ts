import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import * as documents from "../../../devnet/store-documents.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { digestStore, importStore } from "../../../offchain/store/transfer.ts";
import { exportToFile, importFromFile } from "../../../offchain/store/transfer-file.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { refusal } from "./engine-suite.ts";

/** More than a page and more than a batch, so that both are crossed. */
const MANY = 2_100;
/** Entities whose tallies take more than one part. */
const TWO_PARTS = 9_000;

async function fill(store: Store): Promise<void> {
  await store.sessions.insert(documents.newSession(1));
  await store.sessions.move(documents.uuidOf(1), "sealed", "anchored", { tree_proof: [documents.hashOf(1)] });
  await store.chunks.insertMany(Array.from({ length: MANY }, (_, idx) => documents.newChunk(1, idx)));
  await store.taskProofs.insertMany([
    documents.relayProof({ id: 1, node: 1, slot: 1 }, 1, 5),
    documents.storageProof({ id: 2, node: 1, slot: 1 }, 1),
    documents.beaconProof({ id: 3, node: 1, slot: 1 }),
  ]);
  const entities = Array.from({ length: TWO_PARTS }, (_, at) => documents.newTally(at + 1));
  await store.slotTallies.close(1, documents.newTallyHead(1, 1), entities);
  await store.workTally.insertMany([documents.newWorkTally(1, 1, 1)]);
  await store.leaderSchedule.insert(documents.newDecision(1));
  await store.leaderSchedule.miss(1, "nobody");
  await store.payouts.insertMany([documents.newPayout(1, 2n ** 63n - 1n), documents.newPayout(2, 0n)]);
  await store.anchorTransactions.insert(documents.newTransaction(1, 1, [documents.uuidOf(1)]));
  await store.nodes.insert(documents.newNodeRecord(1, 1, 1));
  const recorded = Array.from({ length: 12 }, (_, position) =>
    documents.newRecordedChunk(position, { blockNumber: 5, logIndex: position }),
  );
  await store.recordedChunks.insertMany(recorded);
  await store.attestations.insertMany([documents.newAttestation(1, 1, 9)]);
  await store.deploymentParameters.insert(documents.newDeployment(1, 3));
}

describe("store export and import", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "lucid-transfer-"));
  const exported = join(folder, "export.ndjson");
  const changed = join(folder, "changed.ndjson");
  let server: TestServer | undefined;
  after(async () => {
    rmSync(folder, { recursive: true });
    await server?.stop();
  });

  before(async () => {
    await using store = await openStore({ setting: join(folder, "store.db") });
    await fill(store);
    await exportToFile(store, exported);
  });

  it("moves everything into another store, where it can be repeated", async () => {
    await using original = await openStore({ setting: join(folder, "store.db"), readOnly: true });
    await using copy = await openStore({ setting: "memory:" });
    const digests = await importFromFile(copy, exported);
    expect(digests).to.deep.equal(await digestStore(original));
    expect(await importFromFile(copy, exported)).to.deep.equal(digests);
    const { documents: transactions } = await copy.anchorTransactions.byReference(documents.uuidOf(1));
    expect(transactions).to.have.length(1);
    expect((await copy.slotTallies.get(1))?.parts).to.have.length(2);
    let entities = 0;
    for await (const tally of copy.slotTallies.tallies(1)) {
      entities += 1;
      expect(tally.entityId).to.equal(documents.addressOf(entities));
    }
    expect(entities).to.equal(TWO_PARTS);
  });

  it("moves everything to MongoDB and back, the same byte for byte", async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    server = await TestServer.start(program);
    const setting = server.uri("lucid_transfer");
    await initialiseStore(setting, { withRoles: false });
    await using mongodb = await openStore({ setting });
    await importFromFile(mongodb, exported);
    const back = join(folder, "back.ndjson");
    await exportToFile(mongodb, back);
    expect(readFileSync(back, "utf8")).to.equal(readFileSync(exported, "utf8"));
  });

  it("refuses to overwrite an export", async () => {
    await using store = await openStore({ setting: "memory:" });
    expect(await refusal(exportToFile(store, exported))).to.include({ code: "STORE_EXPORT_EXISTS" });
  });

  it("refuses a store that holds something else", async () => {
    await using store = await openStore({ setting: "memory:" });
    await store.nodes.insert(documents.newNodeRecord(7, 7, 7));
    expect(await refusal(importFromFile(store, exported))).to.include({
      code: "STORE_NOT_EMPTY",
      collection: "nodes",
    });
    await using conflicting = await openStore({ setting: "memory:" });
    await conflicting.sessions.insert(documents.newSession(1, { chunk_count: 9 }));
    expect(await refusal(importFromFile(conflicting, exported))).to.include({
      code: "STORE_CONFLICT",
      collection: "sessions",
    });
    expect(await store.chunks.count(), "nothing half-written").to.equal(0);
    expect(await conflicting.chunks.count(), "nothing half-written").to.equal(0);
  });

  it("goes on where a killed import ended", async () => {
    await using whole = await openStore({ setting: join(folder, "store.db"), readOnly: true });
    await using store = await openStore({ setting: "memory:" });
    const { documents: sessions } = await whole.sessions.allById();
    const { documents: chunks } = await whole.chunks.allById({ limit: 1_000 });
    await store.sessions.restore(sessions);
    await store.chunks.restore(chunks);
    expect(await importFromFile(store, exported)).to.deep.equal(await digestStore(whole));
  });

  it("says so when something else writes to the store during an import", async () => {
    await using store = await openStore({ setting: "memory:" });
    let readings = 0;
    const readLines = async function* () {
      readings += 1;
      // The first reading checks the export, the second one is inserted.
      if (readings === 2) await store.nodes.insert(documents.newNodeRecord(9, 9, 9));
      yield* lines();
    };
    const refused = await refusal(importStore(store, readLines));
    expect(refused).to.include({ code: "STORE_IMPORT_DIFFERS", collection: "nodes" });
    expect(refused)
      .to.have.property("reason")
      .that.matches(/^1 \(\w+\) were exported, 2 \(\w+\) are here$/);
  });

  it("moves text with whatever line ends", async () => {
    await using store = await openStore({ setting: "memory:" });
    await store.leaderSchedule.insert(documents.newDecision(3));
    await store.leaderSchedule.miss(3, "one\u2028two\u2029three\r\nfour\u0085");
    const path = join(folder, "line-ends.ndjson");
    await exportToFile(store, path);
    await using copy = await openStore({ setting: "memory:" });
    expect(await importFromFile(copy, path)).to.deep.equal(await digestStore(store));
  });

  it("names a file that cannot be read or written", async () => {
    await using store = await openStore({ setting: "memory:" });
    mkdirSync(join(folder, "a-folder"), { recursive: true });
    for (const path of [join(folder, "a-folder"), join(folder, "nowhere"), join(exported, "inside")]) {
      expect(await refusal(importFromFile(store, path))).to.include({
        code: "STORE_IMPORT_UNREADABLE",
        path,
      });
    }
    const path = join(folder, "nowhere", "export.ndjson");
    expect(await refusal(exportToFile(store, path))).to.include({ code: "STORE_EXPORT_UNWRITABLE", path });
  });

  const lines = () => readFileSync(exported, "utf8").trimEnd().split("\n");
  const sessionLine = () => lines()[1] as string;
  const edited = (line: string, edit: (value: { document: Record<string, unknown> }) => void) => {
    const value = JSON.parse(line);
    edit(value);
    return JSON.stringify(value);
  };
  /** What is done to the lines, and the one that is then named. */
  const damages: Record<string, (whole: string[]) => [string[], number]> = {
    "is not an export": () => [["{}"], 1],
    "begins with null": (whole) => [whole.with(0, "null"), 1],
    "begins with its end": (whole) => [whole.with(0, '{"digests":null}'), 1],
    "is empty": () => [[], 0],
    "was cut short": (whole) => [whole.slice(0, -5), whole.length - 5],
    "lacks a line": (whole) => [whole.toSpliced(10, 1), whole.length - 1],
    "has a line twice": (whole) => [whole.toSpliced(10, 0, whole[10] as string), 12],
    "has a line that is null": (whole) => [whole.with(3, "null"), 4],
    "has a line that is not JSON": (whole) => [whole.with(3, '{"collection":'), 4],
    "names an unknown collection": (whole) => [whole.with(3, '{"collection":"secrets","document":{}}'), 4],
    "holds a document that does not fit": (whole) => [
      whole.with(3, '{"collection":"chunks","document":{"_id":"x"}}'),
      4,
    ],
    "holds a changed document": (whole) => [
      whole.with(
        1,
        edited(sessionLine(), ({ document }) => Object.assign(document, { size_bytes: 9 })),
      ),
      whole.length,
    ],
    "ends without counts": (whole) => [whole.with(-1, '{"digests":null}'), whole.length],
    "ends with counts that are not numbers": (whole) => [
      whole.with(-1, (whole.at(-1) as string).replace(/"count":\d+/, '"count":"1"')),
      whole.length,
    ],
    "goes on after its end": (whole) => [[...whole, sessionLine()], whole.length + 1],
  };
  for (const [damage, change] of Object.entries(damages)) {
    it(`refuses a file that ${damage}, and writes nothing`, async () => {
      const [changedLines, line] = change(lines());
      writeFileSync(changed, changedLines.join("\n"));
      await using store = await openStore({ setting: "memory:" });
      const empty = await digestStore(store);
      expect(await refusal(importFromFile(store, changed))).to.include({
        code: "STORE_IMPORT_MALFORMED",
        line,
      });
      expect(await digestStore(store)).to.deep.equal(empty);
    });
  }
});
