import type { SQLInputValue } from "node:sqlite";
import type { Condition, Query, Where } from "../engine.ts";
import type { Document, Field, Value } from "../fields.ts";
import type { CollectionSchema } from "../schema/index.ts";
import { toColumn } from "./rows.ts";
import { itemTable, quoted } from "./tables.ts";

/** A part of a statement and the values of its placeholders. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SQLInputValue[];
}

export function keySql(schema: CollectionSchema, key: Document): Sql {
  const where = Object.fromEntries(schema.key.map((name) => [name, { is: key[name] as Value }]));
  return whereSql(schema, where);
}

export function whereSql(schema: CollectionSchema, where: Where): Sql {
  return joined(Object.entries(where).flatMap(([name, condition]) => conditionSql(schema, name, condition)));
}

export function querySql(schema: CollectionSchema, query: Query): Sql {
  const direction = query.descending ? "DESC" : "ASC";
  const order = query.orderBy.map((name) => `${quoted(name)} ${direction}`).join(", ");
  const conditions = Object.entries(query.where).flatMap(([name, condition]) =>
    conditionSql(schema, name, condition),
  );
  if (query.after !== undefined) {
    const names = query.orderBy.map(quoted).join(", ");
    const marks = query.orderBy.map(() => "?").join(", ");
    const comparison = query.descending ? "<" : ">";
    conditions.push({
      text: `(${names}) ${comparison} (${marks})`,
      values: query.after as readonly SQLInputValue[],
    });
  }
  const where = joined(conditions);
  return { text: `${where.text} ORDER BY ${order} LIMIT ?`, values: [...where.values, query.limit] };
}

function joined(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return { text: "", values: [] };
  return {
    text: ` WHERE ${conditions.map(({ text }) => text).join(" AND ")}`,
    values: conditions.flatMap(({ values }) => values),
  };
}

function conditionSql(schema: CollectionSchema, name: string, condition: Condition): Sql[] {
  const column = quoted(name);
  const bound = (value: Value) => toColumn(schema.fields[name] as Field, value, {});
  if ("is" in condition) return [{ text: `${column} = ?`, values: [bound(condition.is)] }];
  if ("absent" in condition) return [{ text: `${column} IS NULL`, values: [] }];
  if ("in" in condition) {
    const marks = condition.in.map(() => "?").join(", ");
    return [{ text: `${column} IN (${marks})`, values: condition.in.map(bound) }];
  }
  if ("contains" in condition) {
    const text = `_id IN (SELECT _id FROM ${itemTable(schema, name)} WHERE item = ?)`;
    return [{ text, values: [condition.contains as SQLInputValue] }];
  }
  const { atLeast, below } = condition;
  return [
    ...(atLeast === undefined ? [] : [{ text: `${column} >= ?`, values: [bound(atLeast)] }]),
    ...(below === undefined ? [] : [{ text: `${column} < ?`, values: [bound(below)] }]),
  ];
}
