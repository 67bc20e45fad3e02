import type { Document as BsonDocument, Db } from "mongodb";
import { COLLECTIONS, type CollectionSchema, type Index } from "../schema/index.ts";
import { indexDescription, keyPattern, VALIDATION } from "./collections.ts";
import { validatorOf } from "./validator.ts";

/** The differences of the database from the schema, one sentence each; empty if there are none. */
export async function findDrift(db: Db, isSharded: boolean): Promise<string[]> {
  const listed = await db.listCollections().toArray();
  const differences: string[] = [];
  for (const schema of COLLECTIONS) {
    const found = listed.find(({ name }) => name === schema.name) as BsonDocument | undefined;
    if (found === undefined) {
      differences.push(`collection ${schema.name} is missing`);
      continue;
    }
    differences.push(...validatorDrift(schema, found.options ?? {}));
    differences.push(...indexDrift(schema, await db.collection(schema.name).indexes()));
    if (isSharded) differences.push(...(await shardingDrift(db, schema)));
  }
  return differences;
}

function validatorDrift(schema: CollectionSchema, options: BsonDocument): string[] {
  const { name } = schema;
  const differences: string[] = [];
  if (canonical(options.validator) !== canonical(validatorOf(schema))) {
    differences.push(`the validator of ${name} differs`);
  }
  for (const [option, expected] of Object.entries(VALIDATION)) {
    const held = options[option] ?? expected;
    if (held !== expected) differences.push(`${option} of ${name} is ${held}, not ${expected}`);
  }
  return differences;
}

function indexDrift({ name, indexes }: CollectionSchema, held: readonly BsonDocument[]): string[] {
  const differences: string[] = [];
  for (const index of indexes) {
    const found = held.find((candidate) => candidate.name === index.name);
    if (found === undefined) differences.push(`index ${index.name} of ${name} is missing`);
    else if (!isSameIndex(index, found)) {
      differences.push(`index ${index.name} of ${name} is ${canonical(found.key)}, or differs in uniqueness`);
    }
  }
  const known = new Set(["_id_", ...indexes.map((index) => index.name)]);
  const strangers = held.filter((candidate) => !known.has(candidate.name));
  return [...differences, ...strangers.map((stranger) => `index ${stranger.name} of ${name} is unknown`)];
}

function isSameIndex(index: Index, found: BsonDocument): boolean {
  const { key, unique = false } = indexDescription(index);
  const isSameOrder = JSON.stringify(numbered(found.key)) === JSON.stringify(key);
  return isSameOrder && Boolean(found.unique) === unique;
}

const numbered = (key: BsonDocument) =>
  Object.fromEntries(Object.entries(key).map(([field, direction]) => [field, Number(direction)]));

async function shardingDrift(db: Db, { name, shardKey }: CollectionSchema): Promise<string[]> {
  const namespace = `${db.databaseName}.${name}`;
  const entry = await db.client
    .db("config")
    .collection("collections")
    .findOne({ _id: namespace as never });
  const expected = shardKey && JSON.stringify(keyPattern(shardKey));
  const held = entry?.key && JSON.stringify(numbered(entry.key));
  if (entry?.unsplittable === true && expected === undefined) return [];
  return held === expected
    ? []
    : [`${name} is sharded on ${held ?? "nothing"}, not on ${expected ?? "nothing"}`];
}

/** One spelling for equal values: keys sorted, whole numbers alike whether the server sent them as Long or int. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "bigint") return Number(item);
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
