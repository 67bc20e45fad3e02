import { expect } from "chai";
import fc from "fast-check";
import { MongoClient } from "mongodb";
import { findServerProgram, TestServer } from "../../devnet/mongodb.ts";
import * as documents from "../../devnet/store-documents.ts";
import { initialiseStore } from "../../offchain/store/administration.ts";
import type { TaskProofDocument } from "../../offchain/store/documents.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import type { TallyRequest } from "../../offchain/store/slot-tally/port.ts";
import { tallyProofs } from "../../offchain/store/slot-tally/tally-proofs.ts";
import type { Store } from "../../offchain/store/store.ts";
import { skipWithout } from "../support/skip-without.ts";

/** Few of each, so that nodes, pools and sessions meet. */
const place = fc.record({
  node: fc.integer({ min: 1, max: 4 }),
  pool: fc.option(fc.integer({ min: 3, max: 5 }), { nil: undefined }),
  slot: fc.integer({ min: 1, max: 2 }),
  session: fc.integer({ min: 1, max: 4 }),
  challenge: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom("relay", "storage", "validation", "beacon"),
  bytes: fc.oneof(fc.nat({ max: 100 }), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER)),
  ts: fc.integer({ min: 1, max: 5 }),
});
type Place = typeof place extends fc.Arbitrary<infer P> ? P : never;

const request: fc.Arbitrary<TallyRequest> = fc.record({
  slot: fc.integer({ min: 1, max: 2 }),
  stampedUntil: fc.integer({ min: 0, max: 6 }),
  storageProofsPerNode: fc.integer({ min: 0, max: 4 }),
});

function proofOf(
  { node, pool, slot, session, challenge, kind, bytes, ts }: Place,
  id: number,
): TaskProofDocument {
  const where = { id, node, slot, ...(pool !== undefined && { pool }) };
  const proof = {
    relay: () => documents.relayProof(where, session, bytes),
    storage: () => documents.storageProof(where, challenge),
    validation: () => documents.validationProof(where),
    beacon: () => documents.beaconProof(where),
  }[kind]();
  return { ...proof, ts } as TaskProofDocument;
}

describe("the tally of a slot", function () {
  this.timeout(120_000);
  const runs = Number(process.env.LUCID_PROPERTY_RUNS ?? 25);
  let server: TestServer | undefined;
  after(async () => {
    await server?.stop();
  });

  /** Compares the engine's answer over random proofs with the reference's. */
  async function checkAgainstReference(store: Store, empty: () => Promise<unknown>, numRuns: number) {
    const random = fc.array(place, { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(random, request, async (places, asked) => {
        await empty();
        const proofs = places.map(proofOf);
        await store.taskProofs.restore(proofs);
        expect(await store.taskProofs.tally(asked)).to.deep.equal(tallyProofs(proofs, asked));
      }),
      { numRuns },
    );
  }

  it("is what the reference says, computed by SQLite", async () => {
    await using store = await openStore({ setting: "memory:" });
    const { database } = store.engine as typeof store.engine & { database: { exec(sql: string): void } };
    await checkAgainstReference(store, async () => database.exec("DELETE FROM task_proofs"), 20 * runs);
  });

  it("is what the reference says, computed by MongoDB", async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    server = await TestServer.start(program);
    const setting = server.uri("lucid_tally");
    await initialiseStore(setting, { withRoles: false });
    await using store = await openStore({ setting });
    const client = new MongoClient(setting);
    try {
      const proofs = client.db().collection("task_proofs");
      await checkAgainstReference(store, () => proofs.deleteMany({}), 2 * runs);
    } finally {
      await client.close();
    }
  });

  it("counts as the reference's description says", () => {
    const { relayProof, storageProof, validationProof, beaconProof, newTally } = documents;
    const at = (id: number, node: number, pool?: number) => ({ id, node, slot: 1, ...(pool && { pool }) });
    const proofs = [
      relayProof(at(1, 1), 1, 10),
      relayProof(at(2, 1), 1, 5),
      relayProof(at(3, 1), 2, Number.MAX_SAFE_INTEGER),
      ...[0, 2, 3, 3].map((challenge, index) => storageProof(at(10 + index, 1), challenge)),
      storageProof(at(20, 2, 9), 1),
      storageProof(at(21, 3, 9), 1),
      validationProof(at(30, 2, 9)),
      validationProof(at(31, 2, 9)),
      validationProof(at(32, 3, 9)),
      beaconProof(at(40, 3, 9)),
    ].map((proof) => ({ ...proof, ts: 100 }) as TaskProofDocument);
    const late = { ...beaconProof(at(41, 2, 9)), ts: 101 } as TaskProofDocument;
    const elsewhere = { ...beaconProof({ id: 42, node: 2, slot: 2 }), ts: 100 } as TaskProofDocument;
    const asked = { slot: 1, stampedUntil: 100, storageProofsPerNode: 2 };
    expect(tallyProofs([...proofs, late, elsewhere], asked)).to.deep.equal([
      newTally(1, { sessions: 2, bytes: Number.MAX_SAFE_INTEGER, storageProofs: 2 }),
      newTally(9, { storageProofs: 2, validationSignatures: 2, beacons: 1 }),
    ]);
  });
});
