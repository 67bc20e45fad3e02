import { BSON } from "mongodb";
import { describeCollection, type MongoCollection } from "../mongo/collections.ts";
import type { CollectionSchema } from "../schema/index.ts";
import { createStatements, dropStatements } from "../sqlite/tables.ts";

/**
 * A collection as a migration creates it, written down once and kept: neither the schema nor the code that turns it into
 * tables and validators can change it afterwards.
 */
export interface CollectionSnapshot {
  readonly name: string;
  readonly sqlite: { readonly create: readonly string[]; readonly drop: readonly string[] };
  /** `options` as Extended JSON, since its bounds are Longs. */
  readonly mongodb: Omit<MongoCollection, "name" | "options"> & { readonly options: object };
}

/** The snapshot of a collection as it is today: what a new migration begins with. */
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
