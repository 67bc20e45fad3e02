import type { Document as BsonDocument } from "mongodb";
import { StoreError } from "../errors.ts";
import { quoted } from "../sqlite/tables.ts";
import type { Migration } from "./migration.ts";
import type { CollectionSnapshot } from "./snapshot.ts";

/** Optional fields, the last ones of their collection: SQLite appends columns. */
export interface AddedFields {
  /** In order; the type of each, with its check if it has one, as in the snapshot's table; e.g. `TEXT`. */
  readonly columns: Readonly<Record<string, string>>;
  /** The collection with the fields. */
  readonly snapshot: CollectionSnapshot;
}

/** A migration that adds optional fields to a collection, and can be reverted while no document has any of them. */
export function addsFields(name: string, { columns, snapshot }: AddedFields): Migration {
  const collection = snapshot.name;
  const table = quoted(collection);
  const fields = Object.keys(columns);
  return {
    name,
    sqlite: {
      up(database) {
        for (const [field, column] of Object.entries(columns)) {
          database.exec(`ALTER TABLE ${table} ADD COLUMN ${quoted(field)} ${column}`);
        }
      },
      down(database) {
        for (const field of fields) {
          const held = database
            .prepare(`SELECT 1 FROM ${table} WHERE ${quoted(field)} IS NOT NULL LIMIT 1`)
            .get();
          if (held !== undefined) {
            throw new StoreError({ code: "STORE_NOT_EMPTY", collection, refused: "migration", field });
          }
        }
        for (const field of fields) database.exec(`ALTER TABLE ${table} DROP COLUMN ${quoted(field)}`);
      },
    },
    mongodb: {
      // Imported only where needed, so that opening a file does not load MongoDB's driver.
      async up(db) {
        const { changeValidator } = await import("../mongo/collections.ts");
        const { mongoCollection } = await import("./snapshot.ts");
        await changeValidator(db, collection, mongoCollection(snapshot).options);
      },
      async down(db) {
        const { changeValidatorWhere, requireNoneWith } = await import("../mongo/collections.ts");
        const { mongoCollection } = await import("./snapshot.ts");
        const { options } = mongoCollection(snapshot);
        const change = { from: options, to: withoutFields(options, fields) };
        await changeValidatorWhere(db, collection, change, async () => {
          for (const field of fields) await requireNoneWith(db, collection, field);
        });
      },
    },
  };
}

/** The options before the fields were added; they are optional, so nothing but their own properties names them. */
function withoutFields(options: BsonDocument, fields: readonly string[]): BsonDocument {
  const { $jsonSchema } = options.validator;
  const properties = Object.fromEntries(
    Object.entries($jsonSchema.properties).filter(([name]) => !fields.includes(name)),
  );
  return { ...options, validator: { ...options.validator, $jsonSchema: { ...$jsonSchema, properties } } };
}
