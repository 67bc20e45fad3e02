import protobuf from "protobufjs";
import { JavaError } from "../errors.ts";
import { type MessageName, messageType } from "./schema.ts";

/** A message as plain values: bytes are Buffers, 64-bit integers bigints, enumerations their numbers. */
export type Plain = { [field: string]: PlainValue };
export type PlainValue = bigint | number | string | boolean | Buffer | Plain | PlainValue[] | undefined;

/** Encodes as protobuf does canonically: fields in the order of their numbers, none with a default value. */
export function encode(name: MessageName, message: Plain): Buffer {
  const type = messageType(name);
  return Buffer.from(type.encode(type.fromObject(wire(type, message))).finish());
}

/** @throws {JavaError} InvalidProtocolBufferException where the bytes are not such a message */
export function decode(name: MessageName, bytes: Uint8Array): Plain {
  const type = messageType(name);
  try {
    return plain(type, type.decode(bytes));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new JavaError("com.google.protobuf.InvalidProtocolBufferException", wordOf(bytes, error));
  }
}

/** A tag of zero is the one failure whose text was recorded; for others protobufjs's own text is as good. */
function wordOf(bytes: Uint8Array, error: Error): string {
  return bytes[0] === 0 ? "Protocol message contained an invalid tag (zero)." : error.message;
}

/** What protobufjs encodes: without defaults, 64-bit integers as decimal text. */
function wire(type: protobuf.Type, message: Plain): Record<string, unknown> {
  const fields = type.fieldsArray
    .map((field): [string, unknown] => [field.name, wireValue(field, message[field.name])])
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields);
}

function wireValue(field: protobuf.Field, value: PlainValue): unknown {
  if (value === undefined || isDefault(value)) return undefined;
  if (Array.isArray(value)) return value.map((entry) => wireEntry(field, entry));
  return wireEntry(field, value);
}

function wireEntry(field: protobuf.Field, value: PlainValue): unknown {
  const nested = field.resolvedType;
  if (nested instanceof protobuf.Type) return wire(nested, value as Plain);
  return typeof value === "bigint" ? value.toString() : value;
}

/** Values that canonical protobuf, and answers, leave out. */
export const isDefault = (value: PlainValue): boolean =>
  value === 0n ||
  value === 0 ||
  value === "" ||
  value === false ||
  ((Buffer.isBuffer(value) || Array.isArray(value)) && value.length === 0);

function plain(type: protobuf.Type, message: protobuf.Message): Plain {
  const found = message as unknown as Record<string, unknown>;
  const result: Plain = {};
  for (const field of type.fieldsArray) {
    if (!Object.hasOwn(found, field.name)) continue;
    const value = found[field.name];
    result[field.name] = Array.isArray(value)
      ? value.map((entry) => plainEntry(field, entry))
      : plainEntry(field, value);
  }
  return result;
}

function plainEntry(field: protobuf.Field, value: unknown): PlainValue {
  const nested = field.resolvedType;
  if (nested instanceof protobuf.Type) return plain(nested, value as protobuf.Message);
  if (field.type === "int64") return BigInt(String(value));
  if (field.type === "bytes") return Buffer.from(value as Uint8Array);
  return value as PlainValue;
}
