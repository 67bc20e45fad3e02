import { keccak256Bytes } from "../../keccak.ts";
import { ConsensusError } from "../errors.ts";
import { type Fields, type FieldType, STRUCT_TYPES } from "./message-types.ts";

const WORD_BYTES = 32;
const ADDRESS_BYTES = 20;
/** Hex digits of a byte. */
const DIGITS = 2;
const UINT32_VALUES = 2 ** 32;
/** Half a character, which UTF-8 has no bytes for. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Writes a value into the word that begins at `at`; false where it does not fit the field's type. */
type WriteWord = (word: Buffer, at: number, value: unknown) => boolean;

/**
 * `hashStruct` of EIP-712 for one type of message. The hash of the type and the place of each field are computed once;
 * a message is written into one buffer, word by word, and hashed.
 *
 * @returns a function that gives the 32 bytes; it throws MESSAGE_FIELD_INVALID for a value that does not fit its type.
 */
export function structEncoder(name: string, fields: Fields): (message: object) => Uint8Array {
  const words = Buffer.alloc((fields.length + 1) * WORD_BYTES);
  words.set(keccak256Bytes(Buffer.from(typeText(name, fields))));
  const writers = fields.map((field, place) => ({
    ...field,
    at: (place + 1) * WORD_BYTES,
    write: writerOf(field.type),
  }));
  return (message) => {
    for (const { name: field, type, at, write } of writers) {
      const fits = write(words, at, (message as Readonly<Record<string, unknown>>)[field]);
      if (!fits) throw new ConsensusError({ code: "MESSAGE_FIELD_INVALID", message: name, field, type });
    }
    return keccak256Bytes(words);
  };
}

/** `encodeType` of EIP-712: the type, then the structs within it by name. */
export function typeText(name: string, fields: Fields): string {
  const structs = Object.entries(STRUCT_TYPES).filter(([struct]) =>
    fields.some(({ type }) => type === struct),
  );
  const sorted = structs.sort(([a], [b]) => (a < b ? -1 : 1));
  return [[name, fields] as const, ...sorted]
    .map(([key, own]) => `${key}(${own.map((field) => `${field.type} ${field.name}`).join(",")})`)
    .join("");
}

function writerOf(type: FieldType): WriteWord {
  switch (type) {
    case "address":
      return (word, at, value) => writeHex(word, at + WORD_BYTES - ADDRESS_BYTES, value, ADDRESS_BYTES);
    case "bytes32":
      return (word, at, value) => writeHex(word, at, value, WORD_BYTES);
    case "uint8":
      return (word, at, value) => writeWhole(word, at, value, 2 ** 8 - 1);
    case "uint32":
      return (word, at, value) => writeWhole(word, at, value, UINT32_VALUES - 1);
    case "uint64":
      return (word, at, value) => writeWhole(word, at, value, Number.MAX_SAFE_INTEGER);
    case "bytes":
      return (word, at, value) => writeHash(word, at, bytesOf(value));
    case "string":
      return (word, at, value) =>
        typeof value === "string" && !LONE_SURROGATE.test(value) && writeHash(word, at, Buffer.from(value));
    case "bytes32[]":
      return (word, at, value) => Array.isArray(value) && writeHash(word, at, itemsOf(value));
    default:
      return writeStruct(type, STRUCT_TYPES[type]);
  }
}

function writeStruct(name: string, fields: Fields): WriteWord {
  const encode = structEncoder(name, fields);
  return (word, at, value) => {
    if (typeof value !== "object" || value === null) return false;
    word.set(encode(value), at);
    return true;
  };
}

function writeWhole(word: Buffer, at: number, value: unknown, most: number): boolean {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || value > most) return false;
  word.writeUInt32BE(Math.floor(value / UINT32_VALUES), at + WORD_BYTES - 8);
  word.writeUInt32BE(value % UINT32_VALUES, at + WORD_BYTES - 4);
  return true;
}

/** Buffer stops at the first digit that is none, so the count of bytes tells whether all were hex. */
function writeHex(word: Buffer, at: number, value: unknown, byteCount: number): boolean {
  if (typeof value !== "string" || value.length !== 2 + DIGITS * byteCount || !value.startsWith("0x")) {
    return false;
  }
  return word.write(value.slice(2), at, byteCount, "hex") === byteCount;
}

function writeHash(word: Buffer, at: number, content: Uint8Array | undefined): boolean {
  if (content === undefined) return false;
  word.set(keccak256Bytes(content), at);
  return true;
}

function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value !== "string" || !value.startsWith("0x")) return undefined;
  const bytes = Buffer.from(value.slice(2), "hex");
  return value.length === 2 + DIGITS * bytes.length ? bytes : undefined;
}

function itemsOf(value: readonly unknown[]): Buffer | undefined {
  const items = Buffer.alloc(value.length * WORD_BYTES);
  return value.every((item, place) => writeHex(items, place * WORD_BYTES, item, WORD_BYTES))
    ? items
    : undefined;
}
