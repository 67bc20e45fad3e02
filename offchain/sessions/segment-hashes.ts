import { hash } from "node:crypto";
import { SEGMENT_BYTES } from "./limits.ts";
import { SEGMENT_TREE_WASM } from "./segment-tree-wasm.ts";

/** Bytes of a tree node. */
export const NODE_BYTES = 32;

/** RFC 6962, section 2.1: the prefixes of a leaf and of a node when they are hashed. */
export const LEAF_PREFIX = Buffer.of(0x00);
export const NODE_PREFIX = Buffer.of(0x01);

/** What segment-tree.as exports. It hashes four at a time: up to three items past the end are read and written. */
interface SegmentTreeModule {
  hashSegments(segments: number, count: number, hashes: number): void;
  foldTree(nodes: number, count: number): void;
}

const PAGE_BYTES = 64 * 1024;

/** Segments that are copied in at a time, so that input and state stay in the processor's cache. */
const BATCH_SEGMENTS = 64;
const PAST_THE_END = 3;

/** The module's own data ends far below; the byte before the segments is read, too. */
const SEGMENTS_AT = PAGE_BYTES;
const NODES_AT = SEGMENTS_AT + 2 * PAGE_BYTES;

const memory = new WebAssembly.Memory({ initial: NODES_AT / PAGE_BYTES + 1 });
const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(SEGMENT_TREE_WASM, "base64")), {
  env: { memory },
});
const wasm = instance.exports as unknown as SegmentTreeModule;

/** SHA-256(0x00 || segment) of every segment of 1,024 bytes, the last one shorter, one after the other. */
export function segmentHashes(ciphertext: Uint8Array): Buffer {
  const whole = Math.floor(ciphertext.length / SEGMENT_BYTES);
  const count = Math.ceil(ciphertext.length / SEGMENT_BYTES);
  const bytes = memoryFor(count);
  for (let at = 0; at < whole; at += BATCH_SEGMENTS) {
    const batch = Math.min(BATCH_SEGMENTS, whole - at);
    bytes.set(ciphertext.subarray(at * SEGMENT_BYTES, (at + batch) * SEGMENT_BYTES), SEGMENTS_AT);
    wasm.hashSegments(SEGMENTS_AT, batch, NODES_AT + at * NODE_BYTES);
  }
  const hashes = Buffer.from(bytes.subarray(NODES_AT, NODES_AT + count * NODE_BYTES));
  if (count > whole) {
    const last = Buffer.concat([LEAF_PREFIX, ciphertext.subarray(whole * SEGMENT_BYTES)]);
    hash("sha256", last, "buffer").copy(hashes, whole * NODE_BYTES);
  }
  return hashes;
}

/** The Merkle Tree Hash (RFC 6962, section 2.1) over leaf hashes, one after the other. */
export function merkleTreeHash(hashes: Uint8Array): Buffer {
  const count = hashes.length / NODE_BYTES;
  if (count === 0) return hash("sha256", "", "buffer");
  const bytes = memoryFor(count);
  bytes.set(hashes, NODES_AT);
  wasm.foldTree(NODES_AT, count);
  return Buffer.from(bytes.subarray(NODES_AT, NODES_AT + NODE_BYTES));
}

/** The module's memory, grown to hold this many nodes and the pairs past their end. */
function memoryFor(count: number): Uint8Array {
  const needed = NODES_AT + (count + 2 * PAST_THE_END + 1) * NODE_BYTES;
  const missing = needed - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  return new Uint8Array(memory.buffer);
}
