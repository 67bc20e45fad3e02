/**
 * What the store costs beside the databases themselves: the same rows through bare node:sqlite with the same
 * durability, the same documents through the bare driver with the same write concern.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MongoClient, UUID } from "mongodb";
import { findServerProgram, TestServer } from "../../devnet/mongodb.ts";
import { addressOf, hashOf, newChunk, uuidOf } from "../../devnet/store-documents.ts";
import { initialiseStore } from "../../offchain/store/administration.ts";
import type { NewTaskProof } from "../../offchain/store/documents.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { taskProofs } from "../../offchain/store/schema/index.ts";
import { createStatements } from "../../offchain/store/sqlite/tables.ts";
import type { Store } from "../../offchain/store/store.ts";
import type { Figure, Measurement } from "./figure.ts";
import { median } from "./shared/timing.ts";

const BATCH = 1_000;
/** Proofs in the tallied slot: a million, or what a slower server takes in about a minute. */
const SQLITE_PROOFS = Number(process.env.LUCID_BENCH_PROOFS ?? 1_000_000);
const MONGO_PROOFS = Number(process.env.LUCID_BENCH_MONGO_PROOFS ?? 20_000);
/** Batches that are timed, store and floor in turns, so that both run under the same load. */
const SQLITE_ROUNDS = 40;
const MONGO_ROUNDS = 8;
const TALLY_SLOT = 7;
/** The proofs of the tallied slot are not those that were timed. */
const TALLY_FIRST = 1_000_000;
const SIGNATURE = `0x${"5a".repeat(65)}`;
const GOAL = { atMost: 1.5 };

function proofs(slot: number, first: number): NewTaskProof[] {
  return Array.from({ length: BATCH }, (_, at) => {
    const id = first + at;
    const value = { sessionId: uuidOf(id % 5_000), bytes: id, receipt: SIGNATURE };
    // Ids are hashes: spread over the whole index, as real ones are.
    const _id = hashOf(id).replace(
      /^0x0{8}/,
      `0x${(Math.imul(id, 2_654_435_761) >>> 0).toString(16).padStart(8, "0")}`,
    );
    return { _id, nodeId: addressOf(id % 997), slot, type: "relay_bandwidth", value, sig: SIGNATURE };
  });
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const perSecond = (milliseconds: number) => (BATCH * 1_000) / milliseconds;

/** Median times of store and floor, in turns; each round writes new proofs, and the first one warms up. */
async function compare<Way extends string>(
  rounds: number,
  ways: Readonly<Record<Way, (batch: NewTaskProof[], round: number) => unknown>>,
): Promise<Record<Way, number>> {
  const names = Object.keys(ways) as Way[];
  const times = new Map<Way, number[]>(names.map((way) => [way, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of names) {
      const batch = proofs(1, round * BATCH);
      const time = await timed(() => ways[way](batch, round));
      if (round > 0) times.get(way)?.push(time);
    }
  }
  return Object.fromEntries(names.map((way) => [way, median(times.get(way) ?? [])])) as Record<Way, number>;
}

async function tallyAndPages(engine: string, store: Store, count: number): Promise<Figure[]> {
  for (let first = 0; first < count; first += BATCH)
    await store.taskProofs.insertMany(proofs(TALLY_SLOT, TALLY_FIRST + first));
  const request = { slot: TALLY_SLOT, stampedUntil: await store.now(), storageProofsPerNode: 4 };
  const tally = await timed(() => store.taskProofs.tally(request));
  let after: readonly (string | number)[] | undefined;
  const pages: number[] = [];
  for (let page = 0; page < 10; page += 1) {
    pages.push(
      await timed(async () => {
        const read = await store.taskProofs.bySlot(TALLY_SLOT, { after });
        after = read.next as typeof after;
      }),
    );
  }
  return [
    { figure: `store.${engine}.tally`, value: tally, unit: `ms over ${count} proofs`, beside: {} },
    { figure: `store.${engine}.page`, value: median(pages), unit: `ms a page of ${BATCH}`, beside: {} },
  ];
}

async function measureSqlite(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "lucid-bench-"));
  const store = await openStore({ setting: join(folder, "store.db") });
  const bare = new DatabaseSync(join(folder, "bare.db"));
  try {
    bare.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536");
    for (const statement of createStatements(taskProofs)) bare.exec(statement);
    const names = Object.keys(taskProofs.fields);
    const insert = bare.prepare(`INSERT INTO task_proofs VALUES (${names.map(() => "?").join(", ")})`);
    const times = await compare(SQLITE_ROUNDS, {
      store: (batch) => store.taskProofs.insertMany(batch),
      bare: (batch) => {
        bare.exec("BEGIN IMMEDIATE");
        for (const { _id, nodeId, slot, type, value, sig } of batch) {
          insert.run(_id, nodeId, null, slot, type, JSON.stringify(value), sig, Date.now());
        }
        bare.exec("COMMIT");
      },
    });
    return [
      {
        figure: "store.embedded.insertVsBare",
        value: times.store / times.bare,
        unit: "ratio of times",
        goal: GOAL,
        beside: { "store proofs/s": perSecond(times.store), "bare proofs/s": perSecond(times.bare) },
      },
      ...(await tallyAndPages("embedded", store, SQLITE_PROOFS)),
    ];
  } finally {
    bare.close();
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

async function measureMongo(server: TestServer): Promise<Figure[]> {
  const setting = server.uri("lucid_bench");
  await initialiseStore(setting, { withRoles: false });
  const store = await openStore({ setting });
  const client = new MongoClient(setting, {
    writeConcern: { w: "majority", journal: true },
    useBigInt64: true,
  });
  const collections = {
    upserts: client.db().collection("bare_upserts"),
    inserts: client.db().collection("bare_inserts"),
  };
  try {
    await client.db().collection("bare_chunks").createIndex({ session_id: 1, idx: 1 }, { unique: true });
    for (const collection of Object.values(collections)) {
      await collection.createIndex({ slot: 1, nodeId: 1, _id: 1 }, { unique: true });
    }
    const times = await compare(MONGO_ROUNDS, {
      store: (batch) => store.taskProofs.insertMany(batch),
      upserts: (batch) =>
        collections.upserts.bulkWrite(batch.map(serverStamped) as never, { ordered: false }),
      inserts: (batch) =>
        collections.inserts.insertMany(batch.map(clientStamped) as never, { ordered: false }),
    });
    const plain = await compare(MONGO_ROUNDS, {
      store: (_batch, round) => store.chunks.insertMany(chunks(round)),
      inserts: (_batch, round) =>
        client
          .db()
          .collection("bare_chunks")
          .insertMany(chunks(round).map(withId) as never, { ordered: false }),
    });
    return [
      {
        figure: "store.mongo.plainInsertVsBare",
        value: plain.store / plain.inserts,
        unit: "ratio of times",
        goal: GOAL,
        beside: {
          "store chunks/s": perSecond(plain.store),
          "bare insertMany, chunks/s": perSecond(plain.inserts),
        },
      },
      {
        figure: "store.mongo.insertVsBare",
        value: times.store / times.upserts,
        unit: "ratio of times",
        goal: GOAL,
        beside: {
          "store proofs/s": perSecond(times.store),
          "bare, stamped by the server, proofs/s": perSecond(times.upserts),
          "bare insertMany, stamped by the client, proofs/s": perSecond(times.inserts),
        },
      },
      ...(await tallyAndPages("mongo", store, MONGO_PROOFS)),
    ];
  } finally {
    await client.close();
    await store.close();
  }
}

const chunks = (session: number) => Array.from({ length: BATCH }, (_, idx) => newChunk(session, idx));

const withId = (chunk: ReturnType<typeof newChunk>) => ({
  ...chunk,
  _id: `${chunk.session_id}:${chunk.idx}`,
  session_id: new UUID(chunk.session_id),
  idx: BigInt(chunk.idx),
  size_bytes: BigInt(chunk.size_bytes),
});

const asStored = (proof: NewTaskProof) => ({ ...proof, slot: BigInt(proof.slot) });

const clientStamped = (proof: NewTaskProof) => ({ ...asStored(proof), ts: new Date() });

/** The same document, its time written by the server. */
function serverStamped(proof: NewTaskProof) {
  const { _id, ...fields } = asStored(proof);
  const set = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { $literal: value }]));
  return { updateOne: { filter: { _id }, update: [{ $set: { ...set, ts: "$$NOW" } }], upsert: true } };
}

export async function measure(): Promise<Measurement> {
  const figures = await measureSqlite();
  const program = findServerProgram();
  if (program === undefined) return { conditions: { mongodb: "no server found" }, figures };
  const server = await TestServer.start(program);
  try {
    figures.push(...(await measureMongo(server)));
    return { conditions: { node: process.version, mongodb: program.kind }, figures };
  } finally {
    await server.stop();
  }
}
