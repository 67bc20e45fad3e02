import { BSON } from "mongodb";
import { describeCollection, type MongoCollection } from "../mongo/collections.ts";
import type { CollectionSchema } from "../schema/index.ts";
import { createStatements, dropStatements } from "../sqlite/tables.ts";

/**
 * A collection as a migration creates it, frozen in a file: later changes of the schema, or of the code that turns it into
 * tables and validators, do not affect it.
 */
export interface CollectionSnapshot {
  readonly name: string;
  readonly sqlite: { readonly create: readonly string[]; readonly drop: readonly string[] };
  /** `options` as Extended JSON, since its bounds are Longs. */
  readonly mongodb: Omit<MongoCollection, "name" | "options"> & { readonly options: object };
}

/** The snapshot of a collection as it is today: from which a new migration starts. */
export function snapshotOf(schema: CollectionSchema): CollectionSnapshot {
  const { name, options, ...mongodb } = describeCollection(schema);
  return {
    name,
    sqlite: { create: createStatements(schema), drop: dropStatements(schema) },
    mongodb: { options: BSON.EJSON.serialize(options, { relaxed: false }), ...mongodb },
  };
}

/** What MongoDB is to create for a snapshot. */
export function mongoCollection({ name, mongodb }: CollectionSnapshot): MongoCollection {
  const options = BSON.EJSON.deserialize(mongodb.options, { relaxed: false, useBigInt64: true });
  return { ...mongodb, name, options };
}
