/** Encodings that are used; any other is refused. */
type Encoding = "utf8" | "hex" | "base64";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * As much of Node's Buffer as the modules in the page use, with the same results. What is missing fails when it is
 * called, and `test/unit/verifier/node-parts.test.ts` compares the rest with Node's own.
 */
export class Buffer extends Uint8Array<ArrayBuffer> {
  static override from(
    source: string | ArrayLike<number> | Iterable<number> | ArrayBufferLike,
    encodingOrOffset?: Encoding | number | ((value: number, index: number) => number),
    length?: number,
  ): Buffer {
    if (typeof source === "string") return fromText(source, encodingOrOffset as Encoding | undefined);
    if (source instanceof ArrayBuffer)
      return new Buffer(source, encodingOrOffset as number | undefined, length);
    // Byte by byte, a statement of a million rows would take minutes.
    const values =
      source instanceof Uint8Array ? source.slice() : Uint8Array.from(source as ArrayLike<number>);
    return new Buffer(values.buffer as ArrayBuffer, values.byteOffset, values.length);
  }

  static override of(...values: number[]): Buffer {
    return Buffer.from(values);
  }

  static alloc(bytes: number): Buffer {
    return new Buffer(new ArrayBuffer(bytes));
  }

  static byteLength(text: string): number {
    return encoder.encode(text).length;
  }

  static concat(parts: readonly Uint8Array[]): Buffer {
    const whole = Buffer.alloc(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** -1, 0 or 1, by the first byte that differs, else by length. */
  static compare(one: Uint8Array, other: Uint8Array): number {
    const differs = one.findIndex((byte, at) => byte !== other[at]);
    if (differs === -1 || differs >= other.length) return Math.sign(one.length - other.length);
    return (one[differs] as number) < (other[differs] as number) ? -1 : 1;
  }

  override toString(encoding: Encoding = "utf8"): string {
    switch (encoding) {
      case "utf8":
        return decoder.decode(this);
      case "hex":
        return Array.from(this, (byte) => byte.toString(16).padStart(2, "0")).join("");
      case "base64":
        return btoa(Array.from(this, (byte) => String.fromCharCode(byte)).join(""));
      default:
        throw new TypeError(`the page has no encoding ${encoding}`);
    }
  }

  equals(other: Uint8Array): boolean {
    return Buffer.compare(this, other) === 0;
  }

  /** @returns bytes copied */
  copy(target: Uint8Array, at = 0): number {
    const part = this.subarray(0, Math.max(0, target.length - at));
    target.set(part, at);
    return part.length;
  }

  /** `write(text, offset, encoding)` or `write(text, offset, length, encoding)`. @returns bytes written */
  write(text: string, offset: number, lengthOrEncoding: number | Encoding, encoding?: Encoding): number {
    const bytes = fromText(text, typeof lengthOrEncoding === "string" ? lengthOrEncoding : encoding);
    const most = typeof lengthOrEncoding === "string" ? this.length : lengthOrEncoding;
    const part = bytes.subarray(0, Math.min(most, this.length - offset));
    this.set(part, offset);
    return part.length;
  }

  readUInt8(at: number): number {
    const byte = this[at];
    if (byte === undefined) throw new RangeError(`there is no byte ${at} in ${this.length}`);
    return byte;
  }

  writeBigUInt64BE(value: bigint, at: number): number {
    if (value < 0n || value >= 2n ** 64n) throw new RangeError(`${value} does not fit into 64 bits`);
    new DataView(this.buffer, this.byteOffset, this.length).setBigUint64(at, value);
    return at + 8;
  }
}

function fromText(text: string, encoding: Encoding = "utf8"): Buffer {
  switch (encoding) {
    case "utf8":
      return Buffer.from(encoder.encode(text));
    case "hex":
      return fromHex(text);
    case "base64":
      return Buffer.from(Array.from(atob(text), (character) => character.charCodeAt(0)));
    default:
      throw new TypeError(`the page has no encoding ${encoding}`);
  }
}

/** Up to the first pair that is not hex, as Node does it. */
function fromHex(text: string): Buffer {
  const bytes: number[] = [];
  for (let at = 0; at + 1 < text.length; at += 2) {
    const pair = text.slice(at, at + 2);
    if (!/^[0-9a-fA-F]{2}$/.test(pair)) break;
    bytes.push(Number.parseInt(pair, 16));
  }
  return Buffer.from(bytes);
}
