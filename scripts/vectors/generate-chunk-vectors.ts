/**
 * Writes test/vectors/chunks.json. Run with `npx tsx scripts/vectors/generate-chunk-vectors.ts` after a deliberate
 * change of format, and raise the version; never to make a failing test pass.
 *
 * Independent of what it tests on purpose: HKDF, XChaCha20-Poly1305 and zstd frames are written out here a second
 * time, as plainly as possible, from HMAC, SHA-256, ChaCha20 and ChaCha20-Poly1305 of node:crypto alone. No
 * compressor is asked: frames are put together byte by byte, so that the vectors are the same with every version.
 */
import { createCipheriv, createHash, createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const VERSION = 1;
const MIB = 2 ** 20;

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const bytes = (text: string) => Buffer.from(text.replaceAll(/\s/g, ""), "hex");
const u32be = (x: number) => bytes(x.toString(16).padStart(8, "0"));
const le = (x: number, length: number) =>
  Buffer.from(bytes(x.toString(16).padStart(2 * length, "0"))).reverse();

// RFC 5869, as it is written there.
const hmac = (key: Uint8Array, data: Uint8Array) => createHmac("sha256", key).update(data).digest();
function hkdf(inputKey: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Buffer {
  const pseudorandomKey = hmac(salt, inputKey);
  let [block, output] = [Buffer.alloc(0), Buffer.alloc(0)];
  for (let i = 1; output.length < length; i++) {
    block = hmac(pseudorandomKey, Buffer.concat([block, info, Buffer.of(i)]));
    output = Buffer.concat([output, block]);
  }
  return output.subarray(0, length);
}

/**
 * HChaCha20 (draft-irtf-cfrg-xchacha-03, section 2.2) from ChaCha20: a block of its key stream is the state after
 * the rounds plus the state before them, and HChaCha20 is words 0 to 3 and 12 to 15 without that addition.
 */
function hchacha20(key: Buffer, nonce: Buffer): Buffer {
  const stream = createCipheriv("chacha20", key, nonce).update(Buffer.alloc(64));
  const before = Buffer.concat([Buffer.from("expand 32-byte k"), key, nonce]);
  const words = [0, 1, 2, 3, 12, 13, 14, 15].map((at) => {
    const word = Buffer.alloc(4);
    word.writeUInt32LE((stream.readUInt32LE(4 * at) - before.readUInt32LE(4 * at)) >>> 0);
    return word;
  });
  return Buffer.concat(words);
}

interface Place {
  readonly sessionKey: Buffer;
  readonly uuid: string;
  readonly idx: number;
}

const idOf = (uuid: string) => bytes(uuid.replaceAll("-", ""));

function derive({ sessionKey, uuid, idx }: Place) {
  const info = Buffer.concat([Buffer.from("lucid/chunk/v1"), u32be(idx)]);
  const output = hkdf(sessionKey, idOf(uuid), info, 88);
  const [key, commitment, nonce] = [output.subarray(0, 32), output.subarray(32, 64), output.subarray(64)];
  const associatedData = Buffer.concat([idOf(uuid), u32be(idx)]);
  const subkey = hchacha20(key, nonce.subarray(0, 16));
  const shortNonce = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]);
  return { info, key, commitment, nonce, associatedData, subkey, shortNonce };
}

function fileOf(place: Place, frame: Uint8Array): Buffer {
  const { commitment, associatedData, subkey, shortNonce } = derive(place);
  const cipher = createCipheriv("chacha20-poly1305", subkey, shortNonce, { authTagLength: 16 });
  cipher.setAAD(associatedData, { plaintextLength: frame.length });
  const ciphertext = Buffer.concat([cipher.update(frame), cipher.final()]);
  return Buffer.concat([commitment, ciphertext, cipher.getAuthTag()]);
}

// RFC 8878, section 3.1.1: frames by hand.
const MAGIC = bytes("28b52ffd");
type BlockType = 0 | 1 | 2 | 3;
const block = (type: BlockType, size: number, content: Uint8Array, isLast = true) =>
  Buffer.concat([le((size << 3) | (type << 1) | (isLast ? 1 : 0), 3), content]);
const raw = (content: Uint8Array, isLast = true) => block(0, content.length, content, isLast);
const repeated = (byte: number, size: number, isLast = true) => block(1, size, Buffer.of(byte), isLast);
const frameOf = (header: string, ...blocks: Uint8Array[]) => Buffer.concat([MAGIC, bytes(header), ...blocks]);
/** As many blocks of 128 KiB as `size` needs: a block has no more. */
const manyRepeated = (byte: number, size: number) => {
  const most = 128 * 1024;
  const count = Math.ceil(size / most);
  return Array.from({ length: count }, (_, i) =>
    repeated(byte, i === count - 1 ? size - i * most : most, i === count - 1),
  );
};
const u64 = (x: number) => le(x, 8).toString("hex");

const text = Buffer.from("recorded");
const plain = frameOf("20 08", raw(text));
const skippable = (magic: string, content: Uint8Array) =>
  Buffer.concat([bytes(magic), le(content.length, 4), content]);

const frames = [
  { name: "one raw block, content size in one byte", frame: plain, content: text },
  { name: "one byte", frame: frameOf("20 01", raw(Buffer.of(0))), content: Buffer.of(0) },
  { name: "a block of RLE", frame: frameOf("20 64", repeated(0x61, 100)), content: Buffer.alloc(100, 0x61) },
  {
    name: "three blocks, one of them empty",
    frame: frameOf(
      "20 08",
      raw(text.subarray(0, 5), false),
      raw(Buffer.alloc(0), false),
      raw(text.subarray(5)),
    ),
    content: text,
  },
  {
    name: "content size in two bytes, which count from 256",
    frame: frameOf("60 0000", repeated(0x62, 256)),
    content: Buffer.alloc(256, 0x62),
  },
  {
    name: "content size in four bytes, with a window",
    frame: frameOf("80 00 08000000", raw(text)),
    content: text,
  },
  { name: "content size in eight bytes", frame: frameOf(`e0 ${u64(8)}`, raw(text)), content: text },
  {
    name: "a compressed block, made by zstd 1.5.7",
    frame: bytes("28b52ffd602c0055000018616263010026aa6e08"),
    content: Buffer.from("abc".repeat(100)),
  },
  {
    name: "a compressed block and a content checksum, made by zstd 1.5.7",
    frame: bytes("28b52ffd642c0055000018616263010026aa6e082bac9d8f"),
    content: Buffer.from("abc".repeat(100)),
  },
  {
    name: "the unused bit of the header set, which a decoder does not interpret",
    frame: frameOf("30 08", raw(text)),
    content: text,
  },
  {
    name: "the largest content, 16 MiB",
    frame: frameOf("a0 00000001", ...manyRepeated(0x63, 16 * MIB)),
    content: Buffer.alloc(16 * MIB, 0x63),
  },
];

const FRAME = "CHUNK_FRAME_INVALID";
const CONTENT = "CHUNK_NOT_DECOMPRESSIBLE";
const badFrames = [
  { why: "nothing at all", frame: Buffer.alloc(0), code: FRAME, fault: "truncated" },
  { why: "no zstd", frame: text, code: FRAME, fault: "not-a-frame" },
  { why: "two frames", frame: Buffer.concat([plain, plain]), code: FRAME, fault: "bytes-behind" },
  ...["502a4d18", "5f2a4d18"].flatMap((magic) => [
    {
      why: `a skippable frame (${magic}) in front`,
      frame: Buffer.concat([skippable(magic, text), plain]),
      code: FRAME,
      fault: "skippable",
    },
    {
      why: `a skippable frame (${magic}) behind`,
      frame: Buffer.concat([plain, skippable(magic, text)]),
      code: FRAME,
      fault: "bytes-behind",
    },
    {
      why: `a skippable frame (${magic}) alone`,
      frame: skippable(magic, text),
      code: FRAME,
      fault: "skippable",
    },
  ]),
  {
    why: "an empty skippable frame behind",
    frame: Buffer.concat([plain, skippable("502a4d18", Buffer.alloc(0))]),
    code: FRAME,
    fault: "bytes-behind",
  },
  { why: "a trailing byte", frame: Buffer.concat([plain, Buffer.of(0)]), code: FRAME, fault: "bytes-behind" },
  {
    why: "a trailing byte behind a content checksum",
    frame: bytes("28b52ffd642c0055000018616263010026aa6e082bac9d8f00"),
    code: FRAME,
    fault: "bytes-behind",
  },
  {
    why: "a checksum that the header does not announce",
    frame: bytes("28b52ffd602c0055000018616263010026aa6e082bac9d8f"),
    code: FRAME,
    fault: "bytes-behind",
  },
  {
    why: "a block behind the last block",
    frame: frameOf("20 08", raw(text.subarray(0, 5)), raw(text.subarray(5))),
    code: FRAME,
    fault: "bytes-behind",
  },
  { why: "no content size", frame: frameOf("00 00", raw(text)), code: FRAME, fault: "content-size-absent" },
  { why: "no content", frame: frameOf("20 00", raw(Buffer.alloc(0))), code: FRAME, fault: "content-empty" },
  {
    why: "a content of 16 MiB and one byte",
    frame: frameOf("a0 01000001", ...manyRepeated(0x63, 16 * MIB + 1)),
    code: FRAME,
    fault: "content-too-large",
  },
  {
    why: "a declared content of 2^64 - 1 bytes",
    frame: frameOf("e0 ffffffffffffffff", raw(text)),
    code: FRAME,
    fault: "content-too-large",
  },
  {
    why: "a window of more than 128 MiB",
    frame: frameOf("80 89 08000000", raw(text)),
    code: FRAME,
    fault: "window-too-large",
  },
  { why: "a dictionary id", frame: frameOf("21 05 08", raw(text)), code: FRAME, fault: "dictionary" },
  { why: "a dictionary id of zero", frame: frameOf("21 00 08", raw(text)), code: FRAME, fault: "dictionary" },
  { why: "the reserved bit", frame: frameOf("28 08", raw(text)), code: FRAME, fault: "reserved-bit" },
  {
    why: "a reserved block type",
    frame: frameOf("20 08", block(3, 8, text)),
    code: FRAME,
    fault: "reserved-block",
  },
  { why: "a header cut short", frame: frameOf("a0 0800"), code: FRAME, fault: "truncated" },
  { why: "a block cut short", frame: plain.subarray(0, -1), code: FRAME, fault: "truncated" },
  { why: "no last block", frame: frameOf("20 08", raw(text, false)), code: FRAME, fault: "truncated" },
  {
    why: "a checksum cut short",
    frame: bytes("28b52ffd642c0055000018616263010026aa6e082bac9d"),
    code: FRAME,
    fault: "truncated",
  },
  { why: "less content than declared", frame: frameOf("20 09", raw(text)), code: CONTENT },
  { why: "more content than declared", frame: frameOf("20 07", raw(text)), code: CONTENT },
  {
    why: "a content checksum of another content",
    frame: bytes("28b52ffd642c0055000018616263010026aa6e082bac9d8e"),
    code: CONTENT,
  },
];

const places: Place[] = [
  { sessionKey: Buffer.alloc(32, 7), uuid: "6a979d3a-a72f-4e4e-85e6-4bde08b16928", idx: 0 },
  { sessionKey: Buffer.alloc(32, 7), uuid: "6a979d3a-a72f-4e4e-85e6-4bde08b16928", idx: 1 },
  { sessionKey: sha256(Buffer.from("session key")), uuid: "7dbd06d0-2371-4b32-8096-4dcc971212a1", idx: 0 },
  {
    sessionKey: sha256(Buffer.from("session key")),
    uuid: "7dbd06d0-2371-4b32-8096-4dcc971212a1",
    idx: 2 ** 20 - 1,
  },
];
const [first, nextIdx, otherKey] = places as [Place, Place, Place];

const placeOf = ({ sessionKey, uuid, idx }: Place) => ({ sessionKey: hex(sessionKey), sessionId: uuid, idx });
const file = fileOf(first, plain);
const flipped = (at: number) => {
  const changed = Buffer.from(file);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
};

const vectors = {
  version: VERSION,
  description:
    "Golden vectors of a chunk, see docs/session-format.md. derivation: from the session key to a chunk's secrets; subkey and shortNonce are what XChaCha20-Poly1305 makes of key and nonce for ChaCha20-Poly1305. files: the bytes of a chunk's file for a zstd frame. frames: what a reader accepts, and the content. mustFail.files: how decryption fails (key: another session key, session or idx; tag: altered). mustFail.frames: what a reader refuses, with Lucid's error code and, for CHUNK_FRAME_INVALID, the fault.",
  derivation: places.map((place) => {
    const secrets = Object.entries(derive(place)).map(([name, value]) => [name, hex(value)]);
    return { ...placeOf(place), ...Object.fromEntries(secrets) };
  }),
  files: places.map((place) => ({ ...placeOf(place), frame: hex(plain), file: hex(fileOf(place, plain)) })),
  frames: frames.map(({ name, frame, content }) => ({
    name,
    frame: hex(frame),
    contentBytes: content.length,
    contentSha256: hex(sha256(content)),
  })),
  mustFail: {
    files: [
      { why: "another session key and session", ...placeOf(otherKey), file: hex(file), failure: "key" },
      {
        why: "another session key",
        ...placeOf({ ...first, sessionKey: otherKey.sessionKey }),
        file: hex(file),
        failure: "key",
      },
      {
        why: "another session",
        ...placeOf({ ...first, uuid: otherKey.uuid }),
        file: hex(file),
        failure: "key",
      },
      { why: "another idx", ...placeOf(nextIdx), file: hex(file), failure: "key" },
      { why: "an altered commitment", ...placeOf(first), file: hex(flipped(0)), failure: "key" },
      { why: "an altered ciphertext", ...placeOf(first), file: hex(flipped(32)), failure: "tag" },
      { why: "an altered tag", ...placeOf(first), file: hex(flipped(file.length - 1)), failure: "tag" },
      { why: "no byte of a tag", ...placeOf(first), file: hex(file.subarray(0, 32)), failure: "tag" },
      { why: "nothing", ...placeOf(first), file: "0x", failure: "tag" },
    ],
    frames: badFrames.map((vector) => ({ ...vector, frame: hex(vector.frame) })),
  },
};
writeFileSync(
  join(import.meta.dirname, "../../test/vectors/chunks.json"),
  `${JSON.stringify(vectors, null, 1)}\n`,
);
