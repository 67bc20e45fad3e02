import protobuf from "protobufjs";
import { fromBase58Check } from "../address.ts";
import { JavaError } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json/parse-json.ts";
import type { Plain, PlainValue } from "./codec.ts";
import { ADDRESS_FIELDS, type MessageName, messageType } from "./schema.ts";

const PARSE_EXCEPTION = "org.tron.core.services.http.JsonFormat$ParseException";

/** Where a field's value begins in the request, "line:column", for the messages of a node's parser. */
export type Locate = (field: string) => string;

/** Reads a message from JSON as a node does: fields that the message lacks are ignored. @throws {JavaError} */
export function messageFromJson(
  name: MessageName,
  json: JsonObject,
  visible: boolean,
  locate: Locate,
): Plain {
  return fromJson(messageType(name), json, visible, locate);
}

function fromJson(type: protobuf.Type, json: JsonObject, visible: boolean, locate: Locate): Plain {
  const result: Plain = {};
  for (const field of type.fieldsArray) {
    const value = json[field.name];
    if (value === undefined || value === null) continue;
    const read = (entry: Json) => entryFromJson(field, entry, visible, locate);
    result[field.name] = field.repeated
      ? Array.isArray(value)
        ? value.map(read)
        : [read(value)]
      : read(value);
  }
  return result;
}

function entryFromJson(field: protobuf.Field, value: Json, visible: boolean, locate: Locate): PlainValue {
  const nested = field.resolvedType;
  if (nested instanceof protobuf.Type) return fromJson(nested, isObject(value) ? value : {}, visible, locate);
  if (nested instanceof protobuf.Enum) return enumValue(nested, value);
  if (field.type === "int64") return integer(value, field.name, locate);
  if (field.type === "int32") return Number(integer(value, field.name, locate));
  if (field.type === "bool") return value === true || value === "true";
  if (field.type === "bytes") return bytesFromJson(field.name, String(value), visible, locate);
  return String(value);
}

/** Names are matched without regard to case: compilers write "nonpayable", answers show "Nonpayable". */
function enumValue(type: protobuf.Enum, value: Json): number {
  const wanted = String(value).toLowerCase();
  const name = Object.keys(type.values).find((candidate) => candidate.toLowerCase() === wanted);
  return name === undefined ? 0 : (type.values[name] ?? 0);
}

const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

function integer(value: Json, field: string, locate: Locate): bigint {
  const number = typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
  if (typeof number === "bigint" && number >= INT64.least && number <= INT64.most) return number;
  const text = typeof value === "string" ? quoted(value) : String(value);
  throw new JavaError(
    PARSE_EXCEPTION,
    `${locate(field)}: Couldn't parse integer: For input string: "${text}"`,
  );
}

/** The length from which a node shows only how a text begins, and how many characters of it, as recorded. */
const [LONG_TEXT, SHOWN] = [19, 3];

const quoted = (value: string): string =>
  value.length >= LONG_TEXT ? `"${value}"`.slice(0, SHOWN) : `"${value}"`;

/** Hex, or base58check for an address that is `visible`. @throws {JavaError} */
export function bytesFromJson(field: string, text: string, visible: boolean, locate: Locate): Buffer {
  if (visible && ADDRESS_FIELDS.has(field)) return base58(text, field, locate);
  const hex = text.startsWith("0x") ? text.slice(2) : text;
  if (!/^([0-9a-fA-F]{2})*$/.test(hex))
    throw new JavaError(PARSE_EXCEPTION, `${locate(field)}: INVALID hex String`);
  return Buffer.from(hex, "hex");
}

function base58(text: string, field: string, locate: Locate): Buffer {
  const bad = /[^1-9A-HJ-NP-Za-km-z]/.exec(text);
  if (bad !== null) {
    const place = `${locate(field)}: INVALID base58 String, Illegal character ${bad[0]} at ${bad.index}`;
    throw new JavaError(PARSE_EXCEPTION, place);
  }
  const bytes = fromBase58Check(text);
  if (bytes !== undefined) return bytes;
  throw new JavaError(
    "java.lang.NullPointerException",
    'Cannot read the array length because "bytes" is null',
  );
}
