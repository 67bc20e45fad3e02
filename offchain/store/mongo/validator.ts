import type { Document as BsonDocument } from "mongodb";
import { ADDRESS_PATTERN, BYTES_PATTERN, HASH_PATTERN, LARGEST_AMOUNT } from "../check.ts";
import { type Field, type Fields, unwrap } from "../fields.ts";
import type { CollectionSchema } from "../schema/index.ts";

/** The collection's validator: no unknown fields, a type for each field, closed choices. */
export function validatorOf(schema: CollectionSchema): BsonDocument {
  return { $jsonSchema: { ...objectSchema(schema.fields), ...variantSchema(schema.fields) } };
}

function objectSchema(fields: Fields): BsonDocument {
  const entries = Object.entries(fields);
  const required = entries.filter(([, field]) => !unwrap(field).isOptional).map(([name]) => name);
  return {
    bsonType: "object",
    additionalProperties: false,
    // An empty list is refused by MongoDB.
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, fieldSchema(field)])),
  };
}

function fieldSchema(declared: Field): BsonDocument {
  const { field } = unwrap(declared);
  switch (field.kind) {
    case "uuid":
      // The subtype cannot be checked here; reading checks it.
      return { bsonType: "binData" };
    case "hash":
      return { bsonType: "string", pattern: HASH_PATTERN, maxLength: 66n };
    case "address":
      return { bsonType: "string", pattern: ADDRESS_PATTERN, maxLength: 42n };
    case "bytes":
      return { bsonType: "string", pattern: BYTES_PATTERN, maxLength: BigInt(2 + 2 * field.most) };
    case "text":
      return { bsonType: "string", maxLength: BigInt(field.most) };
    case "whole":
      return { bsonType: "long", minimum: 0n, maximum: BigInt(Number.MAX_SAFE_INTEGER) };
    case "amount":
      return { bsonType: "long", minimum: 0n, maximum: LARGEST_AMOUNT };
    case "time":
      return { bsonType: "date" };
    case "choice":
      return { enum: [...field.of] };
    case "list":
      return { bsonType: "array", maxItems: BigInt(field.most), items: fieldSchema(field.of) };
    case "record":
      return objectSchema(field.fields);
    case "variant":
      return { bsonType: "object" };
  }
}

/** One alternative per variant: the deciding field's value together with the matching record. */
function variantSchema(fields: Fields): BsonDocument {
  const alternatives = Object.entries(fields).flatMap(([name, field]) =>
    field.kind === "variant"
      ? Object.entries(field.of).map(([choice, inner]) => ({
          properties: { [field.by]: { enum: [choice] }, [name]: objectSchema(inner) },
        }))
      : [],
  );
  return alternatives.length > 0 ? { oneOf: alternatives } : {};
}
