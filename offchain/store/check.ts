import { UUID } from "../sessions/session-id.ts";
import { type Document, declaredFields, type Field, type Fields, type Value } from "./fields.ts";

/** Why a value does not fit its field. */
export interface SchemaViolation {
  /** Path of the field, e.g. `result.winner`. */
  readonly field: string;
  readonly reason: string;
}

const HASH = /^0x[0-9a-f]{64}$/;
const ADDRESS = /^0x[0-9a-f]{40}$/;
const BYTES = /^0x(?:[0-9a-f]{2})*$/;
export const HASH_PATTERN = HASH.source;
export const ADDRESS_PATTERN = ADDRESS.source;
export const BYTES_PATTERN = BYTES.source;

/** A lone surrogate: UTF-8, which both engines store, cannot encode it. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The largest signed 64-bit integer: what a Long and an SQLite INTEGER hold. */
export const LARGEST_AMOUNT = 2n ** 63n - 1n;
/** The largest time that a JavaScript Date holds, in Unix milliseconds. */
const LATEST_TIME = 8.64e15;
/** Hex digits per byte, and the 0x before them. */
const hexLength = (byteCount: number) => 2 + 2 * byteCount;

/** The first violation of a document with its fields; unknown and undefined fields are violations too. */
export function findViolation(fields: Fields, document: Document): SchemaViolation | undefined {
  return violationOfRecord(fields, document, "", document);
}

/** The first violation of a single value; `document` decides which variant applies. */
export function findValueViolation(
  path: string,
  field: Field,
  value: Value,
  document: Document,
): SchemaViolation | undefined {
  switch (field.kind) {
    case "uuid":
      return matches(path, value, UUID, "a UUID in lower case");
    case "hash":
      return matches(path, value, HASH, "0x and 64 lower-case hex digits");
    case "address":
      return matches(path, value, ADDRESS, "0x and 40 lower-case hex digits");
    case "bytes":
      if (typeof value !== "string" || value.length <= hexLength(field.most)) {
        return matches(path, value, BYTES, "0x and an even number of lower-case hex digits");
      }
      return violation(path, value, `must be at most ${field.most} bytes`);
    case "text":
      if (typeof value === "string" && value.length <= field.most && !LONE_SURROGATE.test(value)) return;
      return violation(path, value, `must be well-formed text of at most ${field.most} characters`);
    case "whole":
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)) {
        return;
      }
      return violation(path, value, "must be a whole number from 0 to 2^53 - 1");
    case "amount":
      if (typeof value === "bigint" && value >= 0n && value <= LARGEST_AMOUNT) return;
      return violation(path, value, "must be a bigint from 0 to 2^63 - 1");
    case "time":
      if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= LATEST_TIME) return;
      return violation(path, value, "must be a time in Unix milliseconds");
    case "choice":
      if (typeof value === "string" && field.of.includes(value)) return;
      return violation(path, value, `must be one of ${field.of.join(", ")}`);
    case "list":
      return violationOfList(path, field, value, document);
    case "record":
      if (isRecord(value)) return violationOfRecord(field.fields, value, `${path}.`, document);
      return violation(path, value, "must be a record");
    case "variant": {
      const inner = field.of[String(document[field.by])];
      if (inner !== undefined && isRecord(value)) {
        return violationOfRecord(inner, value, `${path}.`, document);
      }
      return violation(path, value, `must be a record that matches ${field.by}`);
    }
    case "optional":
      return findValueViolation(path, field.of, value, document);
  }
}

function matches(path: string, value: Value, pattern: RegExp, expected: string): SchemaViolation | undefined {
  if (typeof value === "string" && pattern.test(value)) return;
  return violation(path, value, `must be ${expected}`);
}

function violation(path: string, value: Value, reason: string): SchemaViolation {
  return { field: path, reason: `${reason}, not ${show(value)}` };
}

function violationOfRecord(
  fields: Fields,
  value: { readonly [field: string]: Value },
  prefix: string,
  document: Document,
): SchemaViolation | undefined {
  for (const name of Object.keys(value)) {
    const isKnown = Object.hasOwn(fields, name);
    if (!isKnown) return { field: prefix + name, reason: "is not a field of this collection" };
  }
  for (const { name, field, isOptional } of declaredFields(fields)) {
    const held = value[name];
    if (held === undefined) {
      if (isOptional && !Object.hasOwn(value, name)) continue;
      return { field: prefix + name, reason: "is missing" };
    }
    const violation = findValueViolation(prefix + name, field, held, document);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function violationOfList(
  path: string,
  field: Extract<Field, { kind: "list" }>,
  value: Value,
  document: Document,
): SchemaViolation | undefined {
  if (!Array.isArray(value)) return { field: path, reason: `must be a list, not ${show(value)}` };
  if (value.length > field.most) {
    return { field: path, reason: `must hold at most ${field.most} items, not ${value.length}` };
  }
  for (const [at, item] of (value as readonly Value[]).entries()) {
    const violation = findValueViolation(`${path}[${at}]`, field.of, item, document);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function isRecord(value: unknown): value is { readonly [field: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const LONGEST_SHOWN = 80;

function show(value: unknown): string {
  const shown =
    typeof value === "object" ? (JSON.stringify(value, showBigint) ?? "undefined") : String(value);
  return shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown;
}

const showBigint = (_key: string, item: unknown) => (typeof item === "bigint" ? item.toString() : item);
