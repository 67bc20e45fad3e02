import type { DatabaseSync } from "node:sqlite";
import type { Db } from "mongodb";
import { StoreError } from "../errors.ts";
import { quoted } from "../sqlite/tables.ts";
import type { Migration } from "./migration.ts";
import type { CollectionSnapshot } from "./snapshot.ts";

/**
 * A migration that gives a collection other fields while it is empty; its indexes and shard key stay. Both up and
 * down fail if there are documents (STORE_NOT_EMPTY), because they would not fit.
 */
export function changesEmptyCollection(
  name: string,
  before: CollectionSnapshot,
  after: CollectionSnapshot,
): Migration {
  return {
    name,
    sqlite: {
      up: (database) => changeTable(database, before, after),
      down: (database) => changeTable(database, after, before),
    },
    mongodb: {
      up: (db) => changeValidator(db, before, after),
      down: (db) => changeValidator(db, after, before),
    },
  };
}

function changeTable(database: DatabaseSync, from: CollectionSnapshot, to: CollectionSnapshot): void {
  const held = database.prepare(`SELECT 1 FROM ${quoted(from.name)} LIMIT 1`).get();
  if (held !== undefined) {
    throw new StoreError({ code: "STORE_NOT_EMPTY", collection: from.name, refused: "migration" });
  }
  for (const statement of [...from.sqlite.drop, ...to.sqlite.create]) database.exec(statement);
}

/** Changed in place, so that a document that is written at the same time is not lost with a dropped collection. */
async function changeValidator(db: Db, from: CollectionSnapshot, to: CollectionSnapshot): Promise<void> {
  // Imported only where needed, so that opening a file does not load MongoDB's driver.
  const { changeValidatorWhere, requireEmpty } = await import("../mongo/collections.ts");
  const { mongoCollection } = await import("./snapshot.ts");
  const { name, options } = mongoCollection(to);
  const change = { from: mongoCollection(from).options, to: options };
  await changeValidatorWhere(db, name, change, () => requireEmpty(db, name));
}
