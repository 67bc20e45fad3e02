import { StoreError } from "../errors.ts";
import { createCollections, dropCollections } from "../mongo/collections.ts";
import { quoted } from "../sqlite/tables.ts";
import type { Migration } from "./migration.ts";
import { type CollectionSnapshot, mongoCollection } from "./snapshot.ts";

/** A migration that creates the collections of a snapshot, and drops them while they are empty. */
export function createsCollections(name: string, snapshots: readonly CollectionSnapshot[]): Migration {
  return {
    name,
    sqlite: {
      up(database) {
        for (const { sqlite } of snapshots) {
          for (const statement of sqlite.create) database.exec(statement);
        }
      },
      down(database) {
        for (const { name: collection, sqlite } of snapshots) {
          const held = database.prepare(`SELECT 1 FROM ${quoted(collection)} LIMIT 1`).get();
          if (held !== undefined) {
            throw new StoreError({ code: "STORE_NOT_EMPTY", collection, refused: "migration" });
          }
          for (const statement of sqlite.drop) database.exec(statement);
        }
      },
    },
    mongodb: {
      up: (db) => createCollections(db, snapshots.map(mongoCollection)),
      down: (db) =>
        dropCollections(
          db,
          snapshots.map((snapshot) => snapshot.name),
        ),
    },
  };
}
