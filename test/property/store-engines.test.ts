import { expect } from "chai";
import fc from "fast-check";
import { MongoClient } from "mongodb";
import { findServerProgram, TestServer } from "../../devnet/mongodb.ts";
import * as documents from "../../devnet/store-documents.ts";
import { initialiseStore } from "../../offchain/store/administration.ts";
import type { Change } from "../../offchain/store/engine.ts";
import { StoreError } from "../../offchain/store/errors.ts";
import type { Value } from "../../offchain/store/fields.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { SESSION_MOVES } from "../../offchain/store/repositories/sessions.ts";
import { sessions } from "../../offchain/store/schema/index.ts";
import type { Store } from "../../offchain/store/store.ts";
import { skipWithout } from "../support/skip-without.ts";

const { addressOf, uuidOf } = documents;

/** An operation, and a name to show it by. */
interface Operation {
  readonly name: string;
  run(store: Store): Promise<unknown>;
}

/** Few ids, so that operations meet each other's documents. */
const id = fc.integer({ min: 1, max: 4 });
const small = fc.integer({ min: 0, max: 3 });
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const status = fc.constantFrom(...(Object.keys(SESSION_MOVES) as (keyof typeof SESSION_MOVES)[]));
const operation = (name: string, run: Operation["run"]): Operation => ({ name, run });

const proof = fc.record({
  id,
  node: id,
  slot: small,
  session: id,
  bytes: fc.nat(),
  kind: small,
  pool: small,
});

function proofOf({
  id,
  node,
  slot,
  session,
  bytes,
  kind,
  pool,
}: typeof proof extends fc.Arbitrary<infer P> ? P : never) {
  const place = { id: id + 10 * kind, node, slot, ...(pool > 1 && { pool: 100 + pool }) };
  if (kind === 0) return documents.relayProof(place, session, bytes);
  if (kind === 1) return documents.storageProof(place, session);
  return kind === 2 ? documents.validationProof(place) : documents.beaconProof(place);
}

const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .tuple(id, small)
    .map(([session, count]) =>
      operation(`insert session ${session} of ${count} chunks`, (store) =>
        store.sessions.insert(documents.newSession(session, { chunk_count: count })),
      ),
    ),
  fc
    .tuple(id, status, status, small)
    .map(([session, from, to, gas]) =>
      operation(`move session ${session} from ${from} to ${to}`, (store) =>
        store.sessions.move(uuidOf(session), from, to, { gas_used: gas }, gas === 0 ? ["block_number"] : []),
      ),
    ),
  fc.tuple(id, small, fc.boolean(), fc.boolean()).map(([session, gas, isUnset, isOpen]) =>
    operation(
      `set gas ${gas} of ${session}, then a block, unset: ${isUnset}, open: ${isOpen}`,
      async (store) => {
        const swap = (change: Change) =>
          store.engine.compareAndSet(sessions, { _id: uuidOf(session) }, change);
        await store.sessions.insert(documents.newSession(session, { chunk_count: 1 }));
        return [
          await swap({ expected: { gas_used: { absent: true } }, set: { gas_used: gas } }),
          await swap({
            expected: { gas_used: { is: gas } },
            set: { block_number: gas },
            unset: isUnset ? ["gas_used"] : [],
            window: { from: 0, until: isOpen ? 4e12 : 1 },
          }),
        ].map(({ document }) => document);
      },
    ),
  ),
  fc
    .array(fc.tuple(id, small), { maxLength: 5 })
    .map((chunks) =>
      operation(`insert chunks ${chunks}`, (store) =>
        store.chunks.insertMany(chunks.map(([session, idx]) => documents.newChunk(session, idx))),
      ),
    ),
  fc
    .tuple(id, small, small, fc.integer({ min: 1, max: 3 }))
    .map(([session, from, below, limit]) =>
      operation(`chunks of ${session} from ${from} to ${below}`, (store) =>
        store.chunks.bySession(uuidOf(session), { from, below }, { limit }),
      ),
    ),
  fc
    .array(proof, { maxLength: 6 })
    .map((proofs) =>
      operation(`insert ${proofs.length} proofs`, (store) =>
        store.taskProofs.insertMany(proofs.map(proofOf)),
      ),
    ),
  fc
    .tuple(small, small)
    .map(([slot, storageProofsPerNode]) =>
      operation(`tally slot ${slot}`, (store) =>
        store.taskProofs.tally({ slot, stampedUntil: 4e12, storageProofsPerNode }),
      ),
    ),
  fc.tuple(small, small, id, fc.array(id, { maxLength: 4 })).map(([slot, root, closer, entities]) =>
    operation(`close slot ${slot} with root ${root} by ${closer}`, (store) =>
      store.slotTallies.close(
        slot,
        documents.newTallyHead(root, closer),
        entities.map((entity) => documents.newTally(entity)),
      ),
    ),
  ),
  small.map((slot) =>
    operation(`tallies of slot ${slot}`, async (store) => {
      const found: unknown[] = [];
      for await (const tally of store.slotTallies.tallies(slot)) found.push(tally);
      return found;
    }),
  ),
  fc
    .tuple(small, fc.integer({ min: 1, max: 3 }), id)
    .map(([slot, limit, node]) =>
      operation(`proofs of slot ${slot}`, (store) =>
        store.taskProofs.bySlot(slot, { limit, after: [addressOf(node), documents.hashOf(2)] }),
      ),
    ),
  fc
    .tuple(id, fc.bigInt({ min: -1n, max: 2n ** 63n }), text)
    .map(([payout, amount, reason]) =>
      operation(`insert payout ${payout} of ${amount}`, (store) =>
        store.payouts.insertMany([{ ...documents.newPayout(payout, amount), reason }]),
      ),
    ),
  fc
    .tuple(id, small, id)
    .map(([transaction, nonce, reference]) =>
      operation(`insert transaction ${transaction}`, (store) =>
        store.anchorTransactions.insert(documents.newTransaction(transaction, nonce, [uuidOf(reference)])),
      ),
    ),
  id.map((reference) =>
    operation(`transactions of ${reference}`, (store) =>
      store.anchorTransactions.byReference(uuidOf(reference)),
    ),
  ),
  fc
    .tuple(id, id, small)
    .map(([record, node, sequence]) =>
      operation(`insert record ${record} of node ${node}`, (store) =>
        store.nodes.insert(documents.newNodeRecord(record, node, sequence)),
      ),
    ),
  id.map((node) => operation(`latest of node ${node}`, (store) => store.nodes.latest(addressOf(node)))),
  fc
    .array(fc.tuple(fc.nat(9), small), { maxLength: 4 })
    .map((chunks) =>
      operation(`insert recorded chunks ${chunks.map(([position]) => position)}`, (store) =>
        store.recordedChunks.insertMany(
          chunks.map(([position, logIndex]) =>
            documents.newRecordedChunk(position, { blockNumber: position, logIndex }),
          ),
        ),
      ),
    ),
  fc
    .nat(9)
    .map((below) =>
      operation(`recorded chunks at positions below ${below}`, (store) =>
        store.recordedChunks.bySession(documents.hashOf(1), below, { limit: 3 }),
      ),
    ),
  fc
    .tuple(small, id, small)
    .map(([epoch, attester, block]) =>
      operation(`attest epoch ${epoch} by ${attester} in block ${block}`, async (store) => [
        await store.attestations.insertMany([documents.newAttestation(epoch, attester, block)]),
        await store.attestations.byEpoch(epoch),
      ]),
    ),
  fc.tuple(small, id).map(([slot, winner]) =>
    operation(`decide, take and miss slot ${slot}`, async (store) => [
      await store.leaderSchedule.insert(documents.newDecision(slot)),
      await store.leaderSchedule.take(slot, {
        winner: addressOf(winner),
        reason: "primary",
        window: winner > 2 ? { from: 0, until: 4e12 } : { from: 0, until: 1 },
      }),
      await store.leaderSchedule.addBlock(slot, {
        winner: addressOf(winner),
        block: documents.newBlock(winner),
        window: winner > 1 ? { from: 0, until: 4e12 } : { from: 0, until: 1 },
      }),
    ]),
  ),
);

/** Stamps differ by when and where they are made; everything else must not. */
const STAMPS = new Set([
  "ts",
  "created_at",
  "updated_at",
  "takenAt",
  "decidedAt",
  "closedAt",
  "writtenAt",
  "at",
]);

function withoutStamps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutStamps);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !STAMPS.has(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutStamps(inner as Value)]));
}

async function answerOf(store: Store, { run }: Operation): Promise<unknown> {
  try {
    return withoutStamps(await run(store));
  } catch (error) {
    if (error instanceof StoreError) return error.details;
    throw error;
  }
}

async function contentOf(store: Store): Promise<unknown> {
  const pages = await Promise.all(store.repositories.map((repository) => repository.allById()));
  return withoutStamps(pages.map(({ documents: found }) => found));
}

describe("store engines", function () {
  this.timeout(120_000);
  const runs = Number(process.env.LUCID_PROPERTY_RUNS ?? 25);
  let server: TestServer;
  let client: MongoClient;
  let mongodb: Store;
  before(async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    server = await TestServer.start(program);
    const setting = server.uri("lucid_property");
    await initialiseStore(setting, { withRoles: false });
    mongodb = await openStore({ setting });
    client = new MongoClient(setting);
  });
  after(async () => {
    await client?.close();
    await mongodb?.close();
    await server?.stop();
  });

  it("answer the same to the same operations, and hold the same afterwards", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operations, { minLength: 5, maxLength: 25 }), async (sequence) => {
        await using sqlite = await openStore({ setting: "memory:" });
        for (const { schema } of mongodb.repositories)
          await client.db().collection(schema.name).deleteMany({});
        for (const step of sequence) {
          expect(await answerOf(mongodb, step), step.name).to.deep.equal(await answerOf(sqlite, step));
        }
        expect(await contentOf(mongodb)).to.deep.equal(await contentOf(sqlite));
      }),
      { numRuns: runs },
    );
  });
});
