import { type Document as BsonDocument, type Collection, MongoBulkWriteError } from "mongodb";
import { findDifference } from "../compare.ts";
import type { Inserted } from "../engine.ts";
import { StoreError } from "../errors.ts";
import type { Document, Field, Value } from "../fields.ts";
import type { CollectionSchema } from "../schema/index.ts";
import { withStamps } from "../stamps.ts";
import { fromBson, toBson, valueToBson } from "./codec.ts";
import { keyFilter, keyIndex } from "./filter.ts";
import { isDuplicateKey, isInterruption } from "./mongo-errors.ts";
import { insertPipeline } from "./updates.ts";

interface Target {
  readonly collection: Collection<BsonDocument>;
  readonly schema: CollectionSchema;
  /** The store's clock. */
  readonly now: () => Promise<number>;
}

/** The driver retries a write once; an insert-once can safely be retried more often. */
const MAX_ATTEMPTS = 3;

/**
 * Inserts each document separately, once. Documents that already existed are read back and compared.
 *
 * @throws {StoreError} STORE_CONFLICT
 */
export async function insertOnce(
  target: Target,
  documents: readonly Document[],
  stamped: boolean,
): Promise<Inserted> {
  const { schema } = target;
  const existing = await insertRepeatedly(target, documents, stamped);
  const conflicts: { id: string; field: string }[] = [];
  const sameIds = await findSameIds(target, existing);
  for (const document of existing) {
    const found = sameIds.get(document._id) ?? (await findByAnotherKey(target, document));
    const field = found === undefined ? "_id" : findDifference(schema, found, document, stamped);
    if (field !== undefined) conflicts.push({ id: String(document._id), field });
  }
  const [first] = conflicts;
  if (first !== undefined) {
    throw new StoreError({
      code: "STORE_CONFLICT",
      collection: schema.name,
      ...first,
      conflicts: conflicts.length,
    });
  }
  return { inserted: documents.length - existing.length, existing: existing.length };
}

async function insertRepeatedly(
  target: Target,
  documents: readonly Document[],
  stamped: boolean,
): Promise<Document[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await insertAll(target, documents, stamped);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isInterruption(error)) throw error;
    }
  }
}

/** Returns the documents that were not inserted, because one of their keys already exists. */
async function insertAll(
  { collection, schema, now }: Target,
  documents: readonly Document[],
  stamped: boolean,
): Promise<Document[]> {
  const isStampedByServer = stamped && schema.stamps.decides === true;
  if (isStampedByServer) return await upsertAll(collection, schema, documents);
  const needsClock = stamped && schema.stamps.onInsert.length > 0;
  const time = needsClock ? await now() : 0;
  const written = documents.map((document) =>
    toBson(schema.fields, needsClock ? withStamps(document, schema.stamps.onInsert, time) : document),
  );
  try {
    await collection.insertMany(written, { ordered: false });
    return [];
  } catch (error) {
    return duplicatesOf(error).map((at) => documents[at] as Document);
  }
}

async function upsertAll(
  collection: Collection<BsonDocument>,
  schema: CollectionSchema,
  documents: readonly Document[],
): Promise<Document[]> {
  const operations = documents.map((document) => ({
    updateOne: {
      filter: {
        ...keyFilter(schema, document),
        _id: valueToBson(schema.fields._id as Field, document._id as Value),
      },
      update: insertPipeline(schema, document),
      upsert: true,
      hint: keyIndex(schema),
    },
  }));
  const inserted = await collection.bulkWrite(operations as never, { ordered: false }).then(
    ({ upsertedIds }) => upsertedIds,
    (error: unknown) => {
      duplicatesOf(error);
      return (error as MongoBulkWriteError).upsertedIds;
    },
  );
  return documents.filter((_document, at) => !(at in inserted));
}

/** Positions of the duplicates in the batch; other errors are thrown on. */
function duplicatesOf(error: unknown): number[] {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const failures = [error.writeErrors].flat();
  const isUnconfirmed = error.result.getWriteConcernError() !== undefined;
  if (isUnconfirmed || failures.length === 0 || !failures.every(isDuplicateKey)) throw error;
  return failures.map(({ index }) => index);
}

/** The existing documents with the same ids, in one read that includes the shard key. */
async function findSameIds(
  { collection, schema }: Target,
  documents: readonly Document[],
): Promise<Map<Value | undefined, Document>> {
  if (documents.length === 0) return new Map();
  const names = ["_id", ...(schema.shardKey ?? [])];
  const filter = Object.fromEntries(
    names.map((name) => {
      const values = new Set(documents.map((document) => document[name] as Value));
      return [name, { $in: [...values].map((value) => valueToBson(schema.fields[name] as Field, value)) }];
    }),
  );
  const found = await collection.find(filter).toArray();
  const decoded = found.map((document) => fromBson(schema.fields, document));
  return new Map(decoded.map((document) => [document._id, document]));
}

/** The document that has another of the unique keys, or the same id with another shard key. */
async function findByAnotherKey(
  { collection, schema }: Target,
  document: Document,
): Promise<Document | undefined> {
  const uniqueKeys = schema.indexes.filter(({ unique }) => unique).map(({ fields }) => fields);
  for (const fields of [["_id"], ...uniqueKeys]) {
    const filter = Object.fromEntries(
      fields.map((name) => [name, valueToBson(schema.fields[name] as Field, document[name] as Value)]),
    );
    const found = await collection.findOne(filter);
    if (found !== null) return fromBson(schema.fields, found);
  }
  return undefined;
}
