import type { Condition, Where } from "./engine.ts";
import type { Document, Value } from "./fields.ts";
import type { CollectionSchema } from "./schema/index.ts";

export function isSame(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, at) => isSame(item, b[at]))
    );
  }
  const [left, right] = [a as Document, b as Document];
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => isSame(left[name], right[name]));
}

/**
 * The first field in which an existing document differs from the one to be inserted. An insert ignores the store's
 * stamps, fields that may have changed since, and fields that the schema does not compare; an import ignores nothing.
 */
export function findDifference(
  schema: CollectionSchema,
  existing: Document,
  offered: Document,
  stamped: boolean,
): string | undefined {
  const { stamps, changing, notCompared = [] } = schema;
  const ignored = new Set(stamped ? [...stamps.onInsert, ...changing, ...notCompared] : []);
  return Object.keys(schema.fields).find(
    (name) => !ignored.has(name) && !isSame(existing[name], offered[name]),
  );
}

/** Whether a document is still what a compare-and-set expects. */
export function isExpected(document: Document, expected: Where): boolean {
  return Object.entries(expected).every(([path, condition]) => holds(valueAt(document, path), condition));
}

function valueAt(document: Document, path: string): Value | undefined {
  return path
    .split(".")
    .reduce<Value | undefined>((value, name) => (value as Document | undefined)?.[name], document);
}

function holds(value: Value | undefined, condition: Condition): boolean {
  if ("absent" in condition) return value === undefined;
  if ("is" in condition) return isSame(value, condition.is);
  if ("in" in condition) return condition.in.some((candidate) => isSame(value, candidate));
  throw new TypeError(`a compare-and-set cannot expect ${JSON.stringify(condition)}`);
}
