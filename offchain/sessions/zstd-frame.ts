import { MAX_CHUNK_BYTES } from "./limits.ts";

/** Why bytes are not the single frame of a chunk, with the words of the message. */
export const FRAME_FAULTS = {
  "not-a-frame": "it does not begin with the magic number of a Zstandard frame",
  skippable: "it begins with a skippable frame, whose content a decoder ignores",
  truncated: "the frame ends before it is complete",
  "reserved-bit": "the reserved bit of the frame header is set",
  dictionary: "the frame header has a dictionary id field, and chunks use no dictionary",
  "content-size-absent": "the frame does not state its content size",
  "content-empty": "the frame has no content",
  "content-too-large": `the frame declares more than ${MAX_CHUNK_BYTES} bytes, the maximum of a chunk`,
  "window-too-large": "the frame needs a larger window than a decoder has to provide",
  "reserved-block": "a block of the frame has the reserved type",
  "bytes-behind": "other bytes follow the frame",
} as const;

/** Why bytes are not the single frame of a chunk. */
export type FrameFault = keyof typeof FRAME_FAULTS;

/** A frame that satisfies all rules which can be checked without decompressing it. */
export interface ZstdFrame {
  /** Bytes of its content, as its header declares. */
  readonly contentBytes: number;
}

const MAGIC_BYTES = 4;
const MAGIC = 0xfd2fb528;
/** Skippable frames have sixteen magic numbers; their last four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;

const DESCRIPTOR_BYTES = 1;
const CONTENT_SIZE_SHIFT = 6;
const SINGLE_SEGMENT = 0b0010_0000;
const RESERVED_BIT = 0b0000_1000;
const CHECKSUM = 0b0000_0100;
const DICTIONARY_ID = 0b0000_0011;

const WINDOW_BYTES = 1;
const WINDOW_MIN_LOG = 10;
/** Where decoders stop unless told otherwise (ZSTD_WINDOWLOG_LIMIT_DEFAULT of zstd.h): 128 MiB. */
const WINDOW_MAX_BYTES = 2 ** 27;

/** Bytes of Frame_Content_Size by its flag; for flag 0 it is present only with a single segment. */
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
/** The offset of the two-byte field: smaller sizes fit one byte. */
const TWO_BYTE_OFFSET = 256;

const BLOCK_HEADER_BYTES = 3;
const LAST_BLOCK = 0b001;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;
const CHECKSUM_BYTES = 4;

/**
 * Checks bytes against RFC 8878, section 3.1.1: exactly one frame that is not skippable, states its content size, needs
 * no dictionary, and ends where the bytes end. A decoder may skip anything else before or after a frame, so that one
 * ciphertext would give one recording here and another one elsewhere.
 *
 * The blocks' content is not checked: the decoder finds out whether it decompresses to the declared size.
 *
 * @returns the frame, or why the bytes are not one.
 */
export function readFrame(bytes: Uint8Array): ZstdFrame | FrameFault {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (frame.length < MAGIC_BYTES + DESCRIPTOR_BYTES) return "truncated";
  const magic = frame.readUInt32LE(0);
  if ((magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC) return "skippable";
  if (magic !== MAGIC) return "not-a-frame";
  const descriptor = frame.readUInt8(MAGIC_BYTES);
  if ((descriptor & RESERVED_BIT) !== 0) return "reserved-bit";
  if ((descriptor & DICTIONARY_ID) !== 0) return "dictionary";

  const isSingleSegment = (descriptor & SINGLE_SEGMENT) !== 0;
  const windowAt = MAGIC_BYTES + DESCRIPTOR_BYTES;
  const sizeAt = windowAt + (isSingleSegment ? 0 : WINDOW_BYTES);
  const sizeBytes = CONTENT_SIZE_BYTES[descriptor >> CONTENT_SIZE_SHIFT] || (isSingleSegment ? 1 : 0);
  if (sizeBytes === 0) return "content-size-absent";
  if (frame.length < sizeAt + sizeBytes) return "truncated";
  const contentBytes = contentSize(frame.subarray(sizeAt, sizeAt + sizeBytes));
  if (contentBytes === 0) return "content-empty";
  if (contentBytes > MAX_CHUNK_BYTES) return "content-too-large";
  if (!isSingleSegment && windowSize(frame.readUInt8(windowAt)) > WINDOW_MAX_BYTES) return "window-too-large";

  const blocksEnd = endOfBlocks(frame, sizeAt + sizeBytes);
  if (typeof blocksEnd === "string") return blocksEnd;
  const end = blocksEnd + ((descriptor & CHECKSUM) === 0 ? 0 : CHECKSUM_BYTES);
  if (end > frame.length) return "truncated";
  return end < frame.length ? "bytes-behind" : { contentBytes };
}

/** Frame_Content_Size, section 3.1.1.1.4; beyond 2^53 it is not exact, and far too large anyway. */
function contentSize(field: Buffer): number {
  if (field.length === 8) return Number(field.readBigUInt64LE());
  return field.readUIntLE(0, field.length) + (field.length === 2 ? TWO_BYTE_OFFSET : 0);
}

/** Window_Descriptor, section 3.1.1.1.2: five bits of exponent, three of mantissa. */
function windowSize(descriptor: number): number {
  const base = 2 ** (WINDOW_MIN_LOG + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 0b111);
}

/** Walks the block headers (section 3.1.1.2) to the end of the last block. */
function endOfBlocks(frame: Buffer, begin: number): number | FrameFault {
  for (let at = begin; ; ) {
    if (at + BLOCK_HEADER_BYTES > frame.length) return "truncated";
    const header = frame.readUIntLE(at, BLOCK_HEADER_BYTES);
    const type = (header >> 1) & 0b11;
    if (type === RESERVED_BLOCK) return "reserved-block";
    // An RLE block is one byte; Block_Size says how often to repeat it.
    at += BLOCK_HEADER_BYTES + (type === RLE_BLOCK ? 1 : header >> 3);
    if ((header & LAST_BLOCK) !== 0) return at;
  }
}
