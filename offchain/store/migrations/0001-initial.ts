import { createStatements, dropStatements, quoted } from "../embedded/tables.ts";
import { StoreError } from "../errors.ts";
import { createCollections, dropCollections } from "../mongo/collections.ts";
import { COLLECTIONS } from "../schema.ts";
import type { Migration } from "./migration.ts";

/** Every collection with its validator, indexes and shard key. */
export const initial: Migration = {
  name: "0001-initial",
  sqlite: {
    up(database) {
      for (const schema of COLLECTIONS) {
        for (const statement of createStatements(schema)) database.exec(statement);
      }
    },
    down(database) {
      for (const schema of COLLECTIONS) {
        const held = database.prepare(`SELECT 1 FROM ${quoted(schema.name)} LIMIT 1`).get();
        if (held !== undefined) {
          throw new StoreError({ code: "STORE_NOT_EMPTY", collection: schema.name, refused: "migration" });
        }
        for (const statement of dropStatements(schema)) database.exec(statement);
      }
    },
  },
  mongodb: { up: createCollections, down: dropCollections },
};
