import type { Document as BsonDocument } from "mongodb";
import type { Change } from "../engine.ts";
import type { Document, Field, Value } from "../fields.ts";
import type { CollectionSchema } from "../schema/index.ts";
import { toBson, valueToBson } from "./codec.ts";

/** The server's own clock, the same throughout one statement. */
const NOW = "$$NOW";

/**
 * An upsert that inserts a document with the server's time in it, and leaves an existing one as it is: a
 * document that was just made from the filter lacks the stamp, an existing one has it.
 */
export function insertPipeline(schema: CollectionSchema, document: Document): BsonDocument[] {
  const [stamp = ""] = schema.stamps.onInsert;
  const stamps = Object.fromEntries(schema.stamps.onInsert.map((name) => [name, NOW]));
  const inserted = { $mergeObjects: [{ $literal: toBson(schema.fields, document) }, stamps] };
  return [{ $replaceWith: { $cond: [{ $gt: [`$${stamp}`, null] }, "$$ROOT", inserted] } }];
}

/** The update of a compare-and-set; outside its time window it changes nothing. */
export function changePipeline(schema: CollectionSchema, change: Change): BsonDocument[] {
  const set: BsonDocument = {};
  for (const [name, value] of Object.entries(change.set)) {
    set[name] = stampedLiteral(schema, name, value, change.set);
  }
  for (const name of schema.stamps.onSwap.filter((path) => !path.includes("."))) set[name] = NOW;
  const { unset = [], window } = change;
  if (window !== undefined) return withinWindow(set, unset, window);
  return [{ $set: set }, ...(unset.length > 0 ? [{ $unset: [...unset] }] : [])];
}

/** A value as it is (a string that begins with $ is not an expression), with the server's time where it holds one. */
function stampedLiteral(schema: CollectionSchema, name: string, value: Value, set: Document): unknown {
  const literal = { $literal: valueToBson(schema.fields[name] as Field, value, set) };
  const stamps = schema.stamps.onSwap
    .filter((path) => path.startsWith(`${name}.`))
    .map((path) => [path.slice(name.length + 1), NOW] as const);
  return stamps.length > 0 ? { $mergeObjects: [literal, Object.fromEntries(stamps)] } : literal;
}

/** Compared as milliseconds: a number of ours against a number of the server's. */
function withinWindow(
  set: BsonDocument,
  unset: readonly string[],
  { from, until }: NonNullable<Change["window"]>,
): BsonDocument[] {
  const now = { $toLong: NOW };
  const isInWindow = { $and: [{ $gte: [now, BigInt(from)] }, { $lt: [now, BigInt(until)] }] };
  const changed = { $cond: [isInWindow, { $mergeObjects: ["$$ROOT", set] }, "$$ROOT"] };
  const removed = unset.map((name) => [name, { $cond: [isInWindow, "$$REMOVE", `$${name}`] }] as const);
  return [{ $replaceWith: changed }, ...(removed.length > 0 ? [{ $set: Object.fromEntries(removed) }] : [])];
}
