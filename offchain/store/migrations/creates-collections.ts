import { StoreError } from "../errors.ts";
import { quoted } from "../sqlite/tables.ts";
import type { Migration } from "./migration.ts";
import type { CollectionSnapshot } from "./snapshot.ts";

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
      // Imported only where needed, so that opening a file does not load MongoDB's driver.
      async up(db) {
        const { createCollections } = await import("../mongo/collections.ts");
        const { mongoCollection } = await import("./snapshot.ts");
        await createCollections(db, snapshots.map(mongoCollection));
      },
      async down(db) {
        const { dropCollections } = await import("../mongo/collections.ts");
        const names = snapshots.map((snapshot) => snapshot.name);
        await dropCollections(db, names);
      },
    },
  };
}
