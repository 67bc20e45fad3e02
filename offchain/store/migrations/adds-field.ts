import type { Document as BsonDocument } from "mongodb";
import { StoreError } from "../errors.ts";
import { changeValidator, changeValidatorWhere, requireNoneWith } from "../mongo/collections.ts";
import { quoted } from "../sqlite/tables.ts";
import type { Migration } from "./migration.ts";
import { type CollectionSnapshot, mongoCollection } from "./snapshot.ts";

/** An optional field, the last one of its collection: SQLite appends a column. */
export interface AddedField {
  readonly field: string;
  /** Its type, with its check if it has one, as in the snapshot's table; e.g. `TEXT`. */
  readonly column: string;
  /** The collection with the field. */
  readonly snapshot: CollectionSnapshot;
}

/** A migration that adds an optional field to a collection, and can be reverted while no document has it. */
export function addsField(name: string, { field, column, snapshot }: AddedField): Migration {
  const collection = snapshot.name;
  const table = quoted(collection);
  return {
    name,
    sqlite: {
      up(database) {
        database.exec(`ALTER TABLE ${table} ADD COLUMN ${quoted(field)} ${column}`);
      },
      down(database) {
        const held = database
          .prepare(`SELECT 1 FROM ${table} WHERE ${quoted(field)} IS NOT NULL LIMIT 1`)
          .get();
        if (held !== undefined) {
          throw new StoreError({ code: "STORE_NOT_EMPTY", collection, refused: "migration", field });
        }
        database.exec(`ALTER TABLE ${table} DROP COLUMN ${quoted(field)}`);
      },
    },
    mongodb: {
      up: (db) => changeValidator(db, collection, mongoCollection(snapshot).options),
      async down(db) {
        const { options } = mongoCollection(snapshot);
        const change = { from: options, to: withoutField(options, field) };
        await changeValidatorWhere(db, collection, change, () => requireNoneWith(db, collection, field));
      },
    },
  };
}

/** The options before the field was added; it is optional, so nothing but its own property names it. */
function withoutField(options: BsonDocument, field: string): BsonDocument {
  const { $jsonSchema } = options.validator;
  const { [field]: _, ...properties } = $jsonSchema.properties;
  return { ...options, validator: { ...options.validator, $jsonSchema: { ...$jsonSchema, properties } } };
}
