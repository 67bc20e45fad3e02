import { StoreError } from "../../errors.ts";
import before from "../0005-block-signature/snapshot.json" with { type: "json" };
import type { Migration } from "../migration.ts";
import type { CollectionSnapshot } from "../snapshot.ts";
import snapshots from "./snapshot.json" with { type: "json" };

const COLLECTION = "leader_schedule";
const FIELD = "block.writtenAt";

async function optionsOf(all: readonly CollectionSnapshot[]) {
  const { mongoCollection } = await import("../snapshot.ts");
  return mongoCollection(all.find(({ name }) => name === COLLECTION) as CollectionSnapshot).options;
}

/** When a slot's block was written: an optional field of a record, which is JSON in SQLite and needs no column there. */
export const blockWrittenAt: Migration = {
  name: "0007-block-written-at",
  sqlite: {
    up: () => undefined,
    down(database) {
      const held = database
        .prepare(
          `SELECT 1 FROM "${COLLECTION}" WHERE json_extract("block", '$.writtenAt') IS NOT NULL LIMIT 1`,
        )
        .get();
      if (held === undefined) return;
      throw new StoreError({
        code: "STORE_NOT_EMPTY",
        collection: COLLECTION,
        refused: "migration",
        field: FIELD,
      });
    },
  },
  mongodb: {
    // Imported only where needed, so that opening a file does not load MongoDB's driver.
    async up(db) {
      const { changeValidator } = await import("../../mongo/collections.ts");
      await changeValidator(db, COLLECTION, await optionsOf(snapshots));
    },
    async down(db) {
      const { changeValidatorWhere, requireNoneWith } = await import("../../mongo/collections.ts");
      const change = { from: await optionsOf(snapshots), to: await optionsOf(before) };
      await changeValidatorWhere(db, COLLECTION, change, () => requireNoneWith(db, COLLECTION, FIELD));
    },
  },
};
