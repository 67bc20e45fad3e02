import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import { type Document, declaredFields, type Field, type Value } from "../fields.ts";
import { fromJson, type Json, toJson } from "../json.ts";
import type { CollectionSchema } from "../schema/index.ts";
import { isJsonColumn } from "./tables.ts";

/** A field's value as stored in a column; null if the document lacks the field. */
export function toColumn(field: Field, value: Value | undefined, document: Document): SQLInputValue {
  if (value === undefined) return null;
  return isJsonColumn(field) ? JSON.stringify(toJson(field, value, document)) : (value as SQLInputValue);
}

export function toRow(schema: CollectionSchema, document: Document): SQLInputValue[] {
  return declaredFields(schema.fields).map(({ name, field }) => toColumn(field, document[name], document));
}

/** The document of a row that was read with its integers as bigints. */
export function fromRow(schema: CollectionSchema, row: Record<string, SQLOutputValue>): Document {
  const document: Record<string, Value> = {};
  const nested: string[] = [];
  for (const { name, field } of declaredFields(schema.fields)) {
    const held = row[name];
    if (held === null || held === undefined) continue;
    if (isJsonColumn(field)) nested.push(name);
    document[name] = field.kind === "whole" || field.kind === "time" ? Number(held) : (held as Value);
  }
  for (const name of nested) {
    const json = JSON.parse(document[name] as string) as Json;
    document[name] = fromJson(schema.fields[name] as Field, json, document);
  }
  return document;
}
