import { StoreError } from "../../errors.ts";
import { changeValidator, changeValidatorWhere, requireNoneWith } from "../../mongo/collections.ts";
import before from "../0005-block-signature/snapshot.json" with { type: "json" };
import type { Migration } from "../migration.ts";
import { type CollectionSnapshot, mongoCollection } from "../snapshot.ts";
import snapshots from "./snapshot.json" with { type: "json" };

const COLLECTION = "leader_schedule";
const FIELD = "block.writtenAt";

const optionsOf = (all: readonly CollectionSnapshot[]) =>
  mongoCollection(all.find(({ name }) => name === COLLECTION) as CollectionSnapshot).options;

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
    up: (db) => changeValidator(db, COLLECTION, optionsOf(snapshots)),
    down: (db) =>
      changeValidatorWhere(db, COLLECTION, { from: optionsOf(snapshots), to: optionsOf(before) }, () =>
        requireNoneWith(db, COLLECTION, FIELD),
      ),
  },
};
