import protobuf from "protobufjs";
import { toBase58Check } from "../address.ts";
import type { JsonObject } from "../json/parse-json.ts";
import { isDefault, type Plain, type PlainValue } from "./codec.ts";
import { ADDRESS_FIELDS, type MessageName, messageType } from "./schema.ts";

/** A message as an answer shows it: defaults are absent, bytes are hex, enumerations their names. */
export function messageToJson(name: MessageName, message: Plain, visible: boolean): JsonObject {
  return toJson(messageType(name), message, visible);
}

function toJson(type: protobuf.Type, message: Plain, visible: boolean): JsonObject {
  const result: JsonObject = {};
  for (const field of type.fieldsArray) {
    const value = message[field.name];
    if (value === undefined || isDefault(value)) continue;
    result[field.name] = Array.isArray(value)
      ? value.map((entry) => entryToJson(field, entry, visible))
      : entryToJson(field, value, visible);
  }
  return result;
}

function entryToJson(field: protobuf.Field, value: PlainValue, visible: boolean) {
  const nested = field.resolvedType;
  if (nested instanceof protobuf.Type) return toJson(nested, value as Plain, visible);
  if (nested instanceof protobuf.Enum) return nested.valuesById[value as number] ?? (value as number);
  if (!Buffer.isBuffer(value)) return value as bigint | number | string | boolean;
  return visible && ADDRESS_FIELDS.has(field.name) ? toBase58Check(value) : value.toString("hex");
}
