import fc from "fast-check";
import {
  type Fields,
  MESSAGE_TYPES,
  type MessageName,
  type NamedMessage,
  STRUCT_TYPES,
} from "../../offchain/consensus/typed-data/message-types.ts";

const hex = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`);

/** Also the bounds, at which an encoder errs first. */
const whole = (most: number) => fc.oneof(fc.integer({ min: 0, max: most }), fc.constantFrom(0, most));

function arbitraryOf(type: Fields[number]["type"]): fc.Arbitrary<unknown> {
  switch (type) {
    case "address":
      return hex(20, 20);
    case "bytes32":
      return hex(32, 32);
    case "bytes":
      return hex(0, 1_100);
    case "string":
      return fc.string({ unit: "grapheme" });
    case "uint8":
      return whole(2 ** 8 - 1);
    case "uint32":
      return whole(2 ** 32 - 1);
    case "uint64":
      return whole(Number.MAX_SAFE_INTEGER);
    case "bytes32[]":
      return fc.array(hex(32, 32), { maxLength: 32 });
    case "Chunk":
      return recordOf(STRUCT_TYPES.Chunk);
  }
}

function recordOf(fields: Fields): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(fields.map(({ name, type }) => [name, arbitraryOf(type)])));
}

/** A random message of a name, every field at random. */
export function randomMessage(name: MessageName): fc.Arbitrary<NamedMessage> {
  return recordOf(MESSAGE_TYPES[name]).map((message) => ({ name, message }) as unknown as NamedMessage);
}

/** A message in one field of which another value is, and the field's path. */
export function mutatedMessage(
  name: MessageName,
): fc.Arbitrary<{ message: NamedMessage; mutated: NamedMessage; field: string }> {
  const fields: Fields = MESSAGE_TYPES[name];
  return fc
    .tuple(randomMessage(name), randomMessage(name), fc.nat({ max: fields.length - 1 }))
    .map(([message, other, place]) => {
      const field = fields[place]?.name as string;
      const value = (other.message as unknown as Record<string, unknown>)[field];
      const mutated = { name, message: { ...message.message, [field]: value } } as unknown as NamedMessage;
      return { message, mutated, field };
    })
    .filter(({ message, mutated }) => JSON.stringify(message) !== JSON.stringify(mutated));
}
