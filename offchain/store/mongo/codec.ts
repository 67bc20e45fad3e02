import { Binary, type Document as BsonDocument, UUID } from "mongodb";
import { type Document, type Field, type Fields, unwrap, type Value } from "../fields.ts";

/** A document as MongoDB holds it: UUIDs as BinData 4, whole numbers as Long, times as Date. */
export function toBson(fields: Fields, document: Document): BsonDocument {
  return convertRecord(fields, document, document, encode);
}

/** The document that MongoDB held; a value that does not fit its field is left as it is, for the check to report. */
export function fromBson(fields: Fields, bson: BsonDocument): Document {
  const document = bson as Document;
  return convertRecord(fields, document, document, decode) as Document;
}

export function valueToBson(field: Field, value: Value, document: Document = {}): unknown {
  return convert(field, value, document, encode);
}

type Leaf = (kind: Field["kind"], value: unknown) => unknown;

const encode: Leaf = (kind, value) => {
  if (kind === "uuid") return new UUID(value as string);
  // The driver writes a bigint as Long, and a number as the smallest type that fits: one field must have one type.
  if (kind === "whole") return BigInt(value as number);
  if (kind === "time") return new Date(value as number);
  return value;
};

const decode: Leaf = (kind, value) => {
  if (kind === "uuid") return isUuid(value) ? value.toUUID().toString() : value;
  if (kind === "whole") return typeof value === "bigint" ? Number(value) : value;
  if (kind === "time") return value instanceof Date ? value.getTime() : value;
  return value;
};

const isUuid = (value: unknown): value is Binary =>
  value instanceof Binary && value.sub_type === Binary.SUBTYPE_UUID;

function convert(declared: Field, value: unknown, document: Document, leaf: Leaf): unknown {
  const { field } = unwrap(declared);
  switch (field.kind) {
    case "list":
      return Array.isArray(value)
        ? value.map((item: unknown) => convert(field.of, item, document, leaf))
        : value;
    case "record":
      return isObject(value) ? convertRecord(field.fields, value, document, leaf) : value;
    case "variant": {
      const inner = field.of[String(document[field.by])];
      return inner !== undefined && isObject(value) ? convertRecord(inner, value, document, leaf) : value;
    }
    default:
      return leaf(field.kind, value);
  }
}

/** Fields that are not declared are kept. */
function convertRecord(
  fields: Fields,
  value: Readonly<Record<string, unknown>>,
  document: Document,
  leaf: Leaf,
): BsonDocument {
  const converted: BsonDocument = {};
  for (const name in value) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    converted[name] = field === undefined ? value[name] : convert(field, value[name], document, leaf);
  }
  return converted;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
