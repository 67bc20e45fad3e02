import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { StoreError } from "../../../offchain/store/errors.ts";
import type { Migration } from "../../../offchain/store/migrations/migration.ts";
import { MIGRATIONS } from "../../../offchain/store/migrations/migrator.ts";
import { mongoCollection, snapshotOf } from "../../../offchain/store/migrations/snapshot.ts";
import { describeCollection } from "../../../offchain/store/mongo/collections.ts";
import { COLLECTIONS } from "../../../offchain/store/schema/index.ts";
import { createStatements } from "../../../offchain/store/sqlite/tables.ts";
import { withLaterSchema } from "../../support/later-schema.ts";

/** What a database says that its tables and indexes are. */
const statementsOf = (database: DatabaseSync) =>
  database
    .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql")
    .all()
    .map(({ sql }) => String(sql));

/** The statements of everything that the migrations create in an empty database, and what is left when all are reverted. */
function migrated(): { created: string[]; left: string[] } {
  const database = new DatabaseSync(":memory:");
  for (const { sqlite } of MIGRATIONS) sqlite.up(database);
  const created = statementsOf(database);
  for (const { sqlite } of MIGRATIONS.toReversed()) sqlite.down(database);
  const left = statementsOf(database);
  database.close();
  return { created, left };
}

describe("store migrations", () => {
  it("create exactly what the schema says (a changed schema needs a migration), and can be reverted", () => {
    const expected = COLLECTIONS.flatMap(createStatements).sort();
    expect(migrated()).to.deep.equal({ created: expected, left: [] });
  });

  it("create what they always created when a collection and a field are added to the schema", async () => {
    const before = migrated();
    await withLaterSchema(() => {
      const wanted = COLLECTIONS.flatMap(createStatements);
      expect(wanted.filter((sql) => sql.includes('"later_collection"'))).to.have.length(2);
      expect(wanted.some((sql) => sql.includes('"remark"'))).to.equal(true);
      expect(migrated()).to.deep.equal(before);
    });
  });

  it("leave, each taken back, exactly what was there before it", () => {
    const database = new DatabaseSync(":memory:");
    for (const { name, sqlite } of MIGRATIONS) {
      const before = statementsOf(database);
      sqlite.up(database);
      const after = statementsOf(database);
      sqlite.down(database);
      expect(statementsOf(database), name).to.deep.equal(before);
      sqlite.up(database);
      expect(statementsOf(database), name).to.deep.equal(after);
    }
  });

  it("give task proofs another shape only while there are none", () => {
    const database = new DatabaseSync(":memory:");
    const [initial, storageChallenges] = MIGRATIONS as [Migration, Migration];
    initial.sqlite.up(database);
    database
      .prepare(
        `INSERT INTO task_proofs VALUES ('0x01', '0x02', NULL, 1, 'storage_availability', '{}', '0x', 1)`,
      )
      .run();
    for (const change of [storageChallenges.sqlite.up, storageChallenges.sqlite.down]) {
      expect(() => change(database))
        .to.throw(StoreError)
        .with.property("details")
        .that.deep.equals({ code: "STORE_NOT_EMPTY", collection: "task_proofs", refused: "migration" });
    }
    expect(database.prepare("SELECT count(*) AS count FROM task_proofs").get()).to.include({ count: 1 });
    database.close();
  });

  it("keep a collection as a snapshot without loss, its bounds as Longs", () => {
    for (const schema of COLLECTIONS) {
      const kept = JSON.parse(JSON.stringify(snapshotOf(schema)));
      expect(mongoCollection(kept), schema.name).to.deep.equal(describeCollection(schema));
    }
  });
});
