import type { Document as BsonDocument } from "mongodb";
import type { Condition, Query, Where } from "../engine.ts";
import type { Document, Field, Value } from "../fields.ts";
import { unwrap } from "../fields.ts";
import type { CollectionSchema } from "../schema/index.ts";
import { valueToBson } from "./codec.ts";
import { keyPattern } from "./collections.ts";

export function keyFilter(schema: CollectionSchema, key: Document): BsonDocument {
  return Object.fromEntries(
    schema.key.map((name) => [name, valueToBson(schema.fields[name] as Field, key[name] as Value)]),
  );
}

/** The pattern of the index that finds a document by its key. */
export function keyIndex({ key, indexes }: CollectionSchema): Record<string, 1> {
  const index = indexes.find(
    ({ fields, unique }) => unique && key.every((field, at) => fields[at] === field),
  );
  return keyPattern(index?.fields ?? ["_id"]);
}

/** A hint for a search by the key alone. For `_id` there is none: some servers find documents by it only without a hint. */
export function keyHint(schema: CollectionSchema): { hint?: Record<string, 1> } {
  return schema.key.join() === "_id" ? {} : { hint: keyIndex(schema) };
}

export function whereFilter(schema: CollectionSchema, where: Where): BsonDocument {
  return Object.fromEntries(
    Object.entries(where).map(([path, condition]) => [
      path,
      conditionFilter(fieldAt(schema, path), condition),
    ]),
  );
}

export function queryFilter(schema: CollectionSchema, query: Query): BsonDocument {
  const where = whereFilter(schema, query.where);
  if (query.after === undefined) return where;
  return { $and: [where, afterFilter(schema, query, query.after)] };
}

/**
 * The documents after the last one of a page: later in the first field, or equal there and later in the second. The
 * bound on the first field is redundant, but it lets the server use the index.
 */
function afterFilter(schema: CollectionSchema, query: Query, after: readonly Value[]): BsonDocument {
  const later = query.descending ? "$lt" : "$gt";
  const values = query.orderBy.map((name, at) =>
    valueToBson(schema.fields[name] as Field, after[at] as Value),
  );
  const alternatives = query.orderBy.map((name, at) => ({
    ...Object.fromEntries(query.orderBy.slice(0, at).map((before, index) => [before, values[index]])),
    [name]: { [later]: values[at] },
  }));
  const [first = "_id"] = query.orderBy;
  return { [first]: { [`${later}e`]: values[0] }, $or: alternatives };
}

function conditionFilter(field: Field, condition: Condition): unknown {
  if ("is" in condition) return valueToBson(field, condition.is);
  if ("in" in condition) return { $in: condition.in.map((value) => valueToBson(field, value)) };
  if ("absent" in condition) return { $exists: false };
  if ("contains" in condition) return condition.contains;
  const { atLeast, below } = condition;
  return {
    ...(atLeast !== undefined && { $gte: valueToBson(field, atLeast) }),
    ...(below !== undefined && { $lt: valueToBson(field, below) }),
  };
}

/** The field at a path like `result.winner`. */
function fieldAt(schema: CollectionSchema, path: string): Field {
  let fields = schema.fields;
  let field: Field | undefined;
  for (const name of path.split(".")) {
    const declared = fields[name];
    if (declared === undefined) throw new TypeError(`${schema.name} has no field ${path}`);
    ({ field } = unwrap(declared));
    if (field.kind === "record") fields = field.fields;
  }
  return field as Field;
}
