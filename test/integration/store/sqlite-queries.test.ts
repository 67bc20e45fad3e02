import type { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { openInMemory } from "../../../offchain/store/sqlite/open-sqlite.ts";
import type { SqliteEngine } from "../../../offchain/store/sqlite/sqlite-engine.ts";
import { Store } from "../../../offchain/store/store.ts";
import { HOT_PATHS } from "../../support/store-hot-paths.ts";

const QUERY = /^\s*(SELECT|UPDATE)\b.*\bWHERE\b/s;
/** A step that reads a whole table: SQLite says SEARCH where it uses an index to find something. */
const WHOLE_TABLE = /^SCAN (?!.*USING (COVERING )?INDEX)(?!\(subquery|json_each|entity)/;

describe("store in a file, its queries", () => {
  let engine: SqliteEngine;
  let store: Store;
  const prepared: string[] = [];
  before(async () => {
    engine = await openInMemory();
    store = new Store(engine);
    const prepare = engine.database.prepare.bind(engine.database);
    engine.database.prepare = ((sql: string) => {
      prepared.push(sql);
      return prepare(sql);
    }) as DatabaseSync["prepare"];
  });
  after(() => store.close());

  for (const [name, { run }] of Object.entries(HOT_PATHS)) {
    it(`${name}: reads no whole table`, async () => {
      prepared.length = 0;
      await run(store);
      for (const sql of prepared.filter((text) => QUERY.test(text))) {
        const marks = (sql.match(/\?/g) ?? []).map(() => null);
        const steps = engine.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...marks);
        const details = steps.map((step) => String(step.detail));
        expect(
          details.filter((detail) => WHOLE_TABLE.test(detail)),
          sql,
        ).to.deep.equal([]);
      }
    });
  }
});
