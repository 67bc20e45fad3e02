import { type Field, unwrap } from "../fields.ts";
import type { CollectionSchema } from "../schema/index.ts";

/** A quoted name: some of the schema's names are SQL keywords. */
export const quoted = (name: string) => `"${name}"`;

/** The table that finds documents by an item of one of their lists. */
export const itemTable = (schema: CollectionSchema, field: string) => quoted(`${schema.name}_${field}`);

export function isIntegerColumn(declared: Field): boolean {
  const { kind } = unwrap(declared).field;
  return kind === "whole" || kind === "amount" || kind === "time";
}

/** Lists and records are kept as JSON, all else as a value that SQL can compare. */
export function isJsonColumn(declared: Field): boolean {
  const { kind } = unwrap(declared).field;
  return kind === "list" || kind === "record" || kind === "variant";
}

/** The statements that create a collection's table and indexes. STRICT: a column holds its type and nothing else. */
export function createStatements(schema: CollectionSchema): string[] {
  const columns = Object.entries(schema.fields).map(([name, declared]) => columnOf(name, declared));
  const table = `CREATE TABLE ${quoted(schema.name)} (${columns.join(", ")}) STRICT`;
  return [table, ...schema.indexes.flatMap((index) => indexStatements(schema, index))];
}

/** The statements that drop a collection with its indexes and triggers. */
export function dropStatements(schema: CollectionSchema): string[] {
  const items = schema.indexes
    .map(({ fields: [first = ""] }) => first)
    .filter((field) => isList(schema, field))
    .map((field) => `DROP TABLE ${itemTable(schema, field)}`);
  return [`DROP TABLE ${quoted(schema.name)}`, ...items];
}

function isList(schema: CollectionSchema, field: string): boolean {
  const declared = schema.fields[field];
  return declared !== undefined && unwrap(declared).field.kind === "list";
}

function columnOf(name: string, declared: Field): string {
  const { field, isOptional } = unwrap(declared);
  const type = isIntegerColumn(field) ? "INTEGER" : "TEXT";
  if (name === "_id") return `${quoted(name)} ${type} NOT NULL PRIMARY KEY`;
  const choices =
    field.kind === "choice"
      ? ` CHECK (${quoted(name)} IN (${field.of.map((item) => `'${item}'`).join(", ")}))`
      : "";
  return `${quoted(name)} ${type}${isOptional ? "" : " NOT NULL"}${choices}`;
}

function indexStatements(schema: CollectionSchema, index: CollectionSchema["indexes"][number]): string[] {
  const [first = ""] = index.fields;
  if (isList(schema, first)) return itemStatements(schema, first);
  const unique = index.unique ? "UNIQUE " : "";
  const name = quoted(`${schema.name}_${index.name}`);
  return [`CREATE ${unique}INDEX ${name} ON ${quoted(schema.name)} (${index.fields.map(quoted).join(", ")})`];
}

/** SQLite has no index over a list's items: a table of them, filled by a trigger, since a list never changes. */
function itemStatements(schema: CollectionSchema, field: string): string[] {
  const items = itemTable(schema, field);
  return [
    `CREATE TABLE ${items} (item TEXT NOT NULL, _id TEXT NOT NULL, PRIMARY KEY (item, _id)) STRICT, WITHOUT ROWID`,
    `CREATE TRIGGER ${quoted(`${schema.name}_${field}_items`)} AFTER INSERT ON ${quoted(schema.name)} BEGIN
       INSERT OR IGNORE INTO ${items} SELECT value, NEW._id FROM json_each(NEW.${quoted(field)});
     END`,
  ];
}
