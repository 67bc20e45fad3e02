import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { MIGRATIONS } from "../../../offchain/store/migrations/migrator.ts";
import { mongoCollection, snapshotOf } from "../../../offchain/store/migrations/snapshot.ts";
import { describeCollection } from "../../../offchain/store/mongo/collections.ts";
import { COLLECTIONS } from "../../../offchain/store/schema/index.ts";
import { createStatements } from "../../../offchain/store/sqlite/tables.ts";
import { withLaterSchema } from "../../support/later-schema.ts";

/** The statements of everything that the migrations create in an empty database, and what is left when all are reverted. */
function migrated(): { created: string[]; left: string[] } {
  const database = new DatabaseSync(":memory:");
  const statements = () =>
    database
      .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql")
      .all()
      .map(({ sql }) => String(sql));
  for (const { sqlite } of MIGRATIONS) sqlite.up(database);
  const created = statements();
  for (const { sqlite } of MIGRATIONS.toReversed()) sqlite.down(database);
  const left = statements();
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
      expect(wanted.some((sql) => sql.includes('"label"'))).to.equal(true);
      expect(migrated()).to.deep.equal(before);
    });
  });

  it("keep a collection as a snapshot without loss, its bounds as Longs", () => {
    for (const schema of COLLECTIONS) {
      const kept = JSON.parse(JSON.stringify(snapshotOf(schema)));
      expect(mongoCollection(kept), schema.name).to.deep.equal(describeCollection(schema));
    }
  });
});
