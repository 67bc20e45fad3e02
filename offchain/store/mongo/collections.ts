import type { Db, IndexDescription } from "mongodb";
import { StoreError } from "../errors.ts";
import { COLLECTIONS, type CollectionSchema, type Index } from "../schema.ts";
import { validatorOf } from "./validator.ts";

/** The server refuses what does not fit, for new documents and old ones. */
export const VALIDATION = { validationLevel: "strict", validationAction: "error" } as const;

/** Creates every collection that is not there, with its validator, indexes and, on a cluster, its shard key. */
export async function createCollections(db: Db): Promise<void> {
  const present = new Set(
    (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name),
  );
  const isSharded = (await db.command({ hello: 1 })).msg === "isdbgrid";
  for (const schema of COLLECTIONS) {
    if (!present.has(schema.name)) {
      await db.createCollection(schema.name, { validator: validatorOf(schema), ...VALIDATION });
    }
    const indexes = schema.indexes.map(indexDescription);
    if (indexes.length > 0) await db.collection(schema.name).createIndexes(indexes);
    if (isSharded && schema.shardKey !== undefined) await shard(db, schema);
  }
}

/** @throws {StoreError} STORE_NOT_EMPTY, before anything is dropped */
export async function dropCollections(db: Db): Promise<void> {
  for (const { name } of COLLECTIONS) {
    const held = await db.collection(name).findOne({}, { projection: { _id: 1 } });
    if (held !== null)
      throw new StoreError({ code: "STORE_NOT_EMPTY", collection: name, refused: "migration" });
  }
  for (const { name } of COLLECTIONS) await db.dropCollection(name);
}

export function indexDescription({ name, fields, unique }: Index): IndexDescription {
  return { name, key: keyPattern(fields), ...(unique && { unique }) };
}

export const keyPattern = (fields: readonly string[]): Record<string, 1> =>
  Object.fromEntries(fields.map((field) => [field, 1 as const]));

/** Sharding again by the same key changes nothing. */
async function shard(db: Db, { name, shardKey = [] }: CollectionSchema): Promise<void> {
  const key = keyPattern(shardKey);
  await db.client.db("admin").command({ shardCollection: `${db.databaseName}.${name}`, key });
}
