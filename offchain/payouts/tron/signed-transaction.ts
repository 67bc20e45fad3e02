import { createHash } from "node:crypto";
import { TronError } from "./errors.ts";

/** A transaction that is signed and not necessarily sent. */
export interface SignedTransaction {
  /** 64 hex digits. */
  readonly txid: string;
  /** The whole transaction in protobuf, in hex: what is kept before it is sent, and sent as it is. */
  readonly bytes: string;
  /** Unix milliseconds of the chain's time. */
  readonly expiresAt: number;
}

/** Fields 1 (raw_data) and 2 (signature) of `protocol.Transaction`, both length-delimited. */
const RAW_DATA_TAG = 0x0a;
const SIGNATURE_TAG = 0x12;

/**
 * The bytes of a signed transaction, as `broadcasthex` takes them.
 *
 * @param rawData hex
 * @param signature hex, 65 bytes
 */
export function encodeTransaction(rawData: string, signature: string): string {
  return [
    [RAW_DATA_TAG, Buffer.from(rawData, "hex")] as const,
    [SIGNATURE_TAG, Buffer.from(signature, "hex")] as const,
  ]
    .map(([tag, content]) => Buffer.concat([Buffer.from([tag, ...varint(content.length)]), content]))
    .map((part) => part.toString("hex"))
    .join("");
}

/**
 * The parts of a signed transaction.
 *
 * @throws {TronError} TRON_TRANSACTION_MALFORMED
 */
export function decodeTransaction(bytes: string): {
  readonly rawData: string;
  readonly signature: string;
  readonly txid: string;
} {
  if (!/^([0-9a-f]{2})+$/.test(bytes)) throw malformed("they are not hex");
  const buffer = Buffer.from(bytes, "hex");
  const raw = readField(buffer, 0, RAW_DATA_TAG);
  const signature = readField(buffer, raw.end, SIGNATURE_TAG);
  if (signature.end !== buffer.length) throw malformed("something follows the signature");
  return {
    rawData: raw.content.toString("hex"),
    signature: signature.content.toString("hex"),
    txid: createHash("sha256").update(raw.content).digest("hex"),
  };
}

function readField(buffer: Buffer, start: number, tag: number) {
  if (buffer[start] !== tag) throw malformed(`field ${tag >> 3} is missing`);
  let [at, length, factor] = [start + 1, 0, 1];
  for (;;) {
    const byte = buffer[at];
    if (byte === undefined || at - start > 5) throw malformed(`field ${tag >> 3} has no length`);
    at += 1;
    length += (byte & 0x7f) * factor;
    factor *= 0x80;
    if (byte < 0x80) break;
  }
  const end = at + length;
  if (end > buffer.length) throw malformed(`field ${tag >> 3} is cut off`);
  return { content: buffer.subarray(at, end), end };
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest % 0x80) + 0x80);
  }
}

const malformed = (reason: string) => new TronError({ code: "TRON_TRANSACTION_MALFORMED", reason });
