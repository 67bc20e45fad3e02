import type { Document as BsonDocument, Db, IndexDescription } from "mongodb";
import { StoreError } from "../errors.ts";
import type { CollectionSchema } from "../schema/index.ts";
import { validatorOf } from "./validator.ts";

/** The server refuses documents that do not fit, new and old ones. */
export const VALIDATION = { validationLevel: "strict", validationAction: "error" } as const;

export interface MongoIndex {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique?: boolean;
}

/** What the server has to create for a collection. */
export interface MongoCollection {
  readonly name: string;
  /** The validator, and how strict it is. */
  readonly options: BsonDocument;
  readonly indexes: readonly MongoIndex[];
  readonly shardKey?: readonly string[];
}

export function describeCollection(schema: CollectionSchema): MongoCollection {
  const { name, indexes, shardKey } = schema;
  return {
    name,
    options: { validator: validatorOf(schema), ...VALIDATION },
    indexes: indexes.map(({ serves: _, ...index }) => index),
    ...(shardKey && { shardKey }),
  };
}

/** Creates each collection that does not exist, with its validator, indexes and, on a cluster, its shard key. */
export async function createCollections(db: Db, collections: readonly MongoCollection[]): Promise<void> {
  const present = new Set(
    (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name),
  );
  const isSharded = (await db.command({ hello: 1 })).msg === "isdbgrid";
  for (const collection of collections) {
    const { name, options } = collection;
    if (!present.has(name)) await db.createCollection(name, options);
    const indexes = collection.indexes.map(indexDescription);
    if (indexes.length > 0) await db.collection(name).createIndexes(indexes);
    if (isSharded && collection.shardKey !== undefined) await shard(db, collection);
  }
}

/** @throws {StoreError} STORE_NOT_EMPTY, before anything is dropped */
export async function dropCollections(db: Db, names: readonly string[]): Promise<void> {
  for (const name of names) await requireEmpty(db, name);
  for (const name of names) await db.dropCollection(name);
}

/** Changes the validator of a collection; the same again changes nothing. */
export async function changeValidator(db: Db, name: string, options: BsonDocument): Promise<void> {
  await db.command({ collMod: name, ...options });
}

/**
 * Changes the validator of a collection in which no document is in its way. One that was written between the first check
 * and the change would stay in the wrong shape, so it is looked for again, and then the validator is put back.
 *
 * @param requireNone throws where there is such a document; called before the change and after it
 */
export async function changeValidatorWhere(
  db: Db,
  name: string,
  { from, to }: { readonly from: BsonDocument; readonly to: BsonDocument },
  requireNone: () => Promise<void>,
): Promise<void> {
  await requireNone();
  await changeValidator(db, name, to);
  try {
    await requireNone();
  } catch (error) {
    await changeValidator(db, name, from);
    throw error;
  }
}

/** Sees what the primary has, and not only what a majority has: the newest document is the one that is looked for. */
const AT_ONCE = {
  projection: { _id: 1 },
  readConcern: { level: "local" },
  readPreference: "primary",
} as const;

/** @throws {StoreError} STORE_NOT_EMPTY */
export async function requireEmpty(db: Db, name: string): Promise<void> {
  const held = await db.collection(name).findOne({}, AT_ONCE);
  if (held !== null)
    throw new StoreError({ code: "STORE_NOT_EMPTY", collection: name, refused: "migration" });
}

/** @throws {StoreError} STORE_NOT_EMPTY where a document holds the field */
export async function requireNoneWith(db: Db, name: string, field: string): Promise<void> {
  const held = await db.collection(name).findOne({ [field]: { $exists: true } }, AT_ONCE);
  if (held === null) return;
  throw new StoreError({ code: "STORE_NOT_EMPTY", collection: name, refused: "migration", field });
}

export function indexDescription({ name, fields, unique }: MongoIndex): IndexDescription {
  return { name, key: keyPattern(fields), ...(unique && { unique }) };
}

export const keyPattern = (fields: readonly string[]): Record<string, 1> =>
  Object.fromEntries(fields.map((field) => [field, 1 as const]));

/** Sharding again by the same key changes nothing. */
async function shard(db: Db, { name, shardKey = [] }: MongoCollection): Promise<void> {
  const key = keyPattern(shardKey);
  await db.client.db("admin").command({ shardCollection: `${db.databaseName}.${name}`, key });
}
