import { type Document, type Field, type Fields, unwrap, type Value } from "./fields.ts";

/** What JSON can hold. */
export type Json = string | number | readonly Json[] | { readonly [field: string]: Json };

/**
 * A value as JSON, exactly: amounts are decimal strings, since a JSON number is read as a double.
 *
 * @param document decides which variant applies
 */
export function toJson(field: Field, value: Value, document: Document): Json {
  return convert(field, value, document, (amount) => String(amount)) as Json;
}

/** The value that `toJson` wrote; a value that does not fit its field is left for the check to report. */
export function fromJson(field: Field, json: Json, document: Document): Value {
  return convert(field, json, document, (amount) =>
    typeof amount === "string" && /^\d+$/.test(amount) ? BigInt(amount) : amount,
  );
}

/** A whole document as JSON, its fields in the order of the schema. */
export function documentToJson(fields: Fields, document: Document): Json {
  return convertRecord(fields, document, document, (amount) => String(amount)) as Json;
}

/** Fields that the schema does not know are kept, for the check to report. */
export function documentFromJson(fields: Fields, json: Document): Document {
  const known = convertRecord(fields, json, json, (amount) =>
    typeof amount === "string" && /^\d+$/.test(amount) ? BigInt(amount) : amount,
  );
  return { ...json, ...(known as Document) };
}

type ConvertAmount = (amount: Value) => Value;

function convert(declared: Field, value: Value, document: Document, convertAmount: ConvertAmount): Value {
  const { field } = unwrap(declared);
  if (!holdsAmount(field)) return value;
  switch (field.kind) {
    case "amount":
      return convertAmount(value);
    case "list":
      return Array.isArray(value)
        ? value.map((item: Value) => convert(field.of, item, document, convertAmount))
        : value;
    case "record":
      return convertRecord(field.fields, value, document, convertAmount);
    case "variant": {
      const inner = field.of[String(document[field.by])];
      return inner === undefined ? value : convertRecord(inner, value, document, convertAmount);
    }
    default:
      return value;
  }
}

function convertRecord(
  fields: Fields,
  value: Value,
  document: Document,
  convertAmount: ConvertAmount,
): Value {
  // Not what the schema says: the check will report it.
  if (typeof value !== "object" || value === null) return value;
  const converted: Record<string, Value> = {};
  for (const [name, field] of Object.entries(fields)) {
    const held = (value as Document)[name];
    if (held !== undefined) converted[name] = convert(field, held, document, convertAmount);
  }
  return converted;
}

const amountHolders = new WeakMap<Field, boolean>();

/** Most nested values hold no amount, and are JSON as they are. */
function holdsAmount(field: Field): boolean {
  const known = amountHolders.get(field);
  if (known !== undefined) return known;
  const holds = computeHoldsAmount(field);
  amountHolders.set(field, holds);
  return holds;
}

function computeHoldsAmount(field: Field): boolean {
  switch (field.kind) {
    case "amount":
      return true;
    case "list":
    case "optional":
      return holdsAmount(field.of);
    case "record":
      return Object.values(field.fields).some(holdsAmount);
    case "variant":
      return Object.values(field.of).some((fields) => Object.values(fields).some(holdsAmount));
    default:
      return false;
  }
}
