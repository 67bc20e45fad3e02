import { hash } from "node:crypto";
import { SessionError } from "./errors.ts";
import { SEGMENT_BYTES } from "./limits.ts";
import { LEAF_PREFIX, merkleTreeHash, NODE_BYTES, NODE_PREFIX, segmentHashes } from "./segment-hashes.ts";

/** A segment of a chunk and its audit path (RFC 6962, section 2.1.1): leaf to root, hex. */
export interface SegmentProof {
  readonly segment: string;
  readonly path: string[];
}

/** What `verifySegmentProof` checks a proof against. */
export interface SegmentClaim {
  readonly contentRoot: string;
  /** Bytes of the whole chunk: it fixes the tree's shape and the segment's length. */
  readonly sizeBytes: number;
  readonly segmentIndex: number;
}

/**
 * The Merkle Tree Hash (RFC 6962, section 2.1, SHA-256) over a chunk's segments of 1,024 bytes, the last one
 * shorter.
 *
 * @returns bytes32 hex.
 */
export function contentRoot(ciphertext: Uint8Array): string {
  return toHex(merkleTreeHash(segmentHashes(ciphertext)));
}

/** How many segments a chunk of `sizeBytes` has. */
export function segmentCount(sizeBytes: number): number {
  return Math.ceil(sizeBytes / SEGMENT_BYTES);
}

/**
 * A segment with the path that proves it.
 *
 * @throws {SessionError} CHUNK_SEGMENT_OUT_OF_RANGE
 */
export function segmentProof(ciphertext: Uint8Array, segmentIndex: number): SegmentProof {
  const count = segmentCount(ciphertext.length);
  if (!Number.isInteger(segmentIndex) || segmentIndex < 0 || segmentIndex >= count) {
    throw new SessionError({ code: "CHUNK_SEGMENT_OUT_OF_RANGE", segmentIndex, segmentCount: count });
  }
  const hashes = segmentHashes(ciphertext);
  const path: string[] = [];
  let [from, to] = [0, count];
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    const isLeft = segmentIndex < middle;
    const [otherFrom, otherTo] = isLeft ? [middle, to] : [from, middle];
    path.unshift(toHex(merkleTreeHash(hashes.subarray(otherFrom * NODE_BYTES, otherTo * NODE_BYTES))));
    [from, to] = isLeft ? [from, middle] : [middle, to];
  }
  const start = segmentIndex * SEGMENT_BYTES;
  return { segment: toHex(ciphertext.subarray(start, start + SEGMENT_BYTES)), path };
}

/** Whether the segment is the one at `segmentIndex` of the chunk with that content root. */
export function verifySegmentProof(claim: SegmentClaim, { segment, path }: SegmentProof): boolean {
  const { sizeBytes, segmentIndex } = claim;
  const count = segmentCount(sizeBytes);
  if (!Number.isInteger(segmentIndex) || segmentIndex < 0 || segmentIndex >= count) return false;
  const bytes = fromHex(segment);
  if (bytes.length !== Math.min(SEGMENT_BYTES, sizeBytes - segmentIndex * SEGMENT_BYTES)) return false;

  let node = hash("sha256", Buffer.concat([LEAF_PREFIX, bytes]), "buffer");
  const left = [...path];
  let [place, last] = [segmentIndex, count - 1];
  for (; last > 0; place >>= 1, last >>= 1) {
    const isRight = place % 2 === 1;
    // A last node without a sibling moves up unchanged: RFC 6962 never duplicates it.
    if (!isRight && place === last) continue;
    const sibling = left.shift();
    if (sibling === undefined) return false;
    const pair = isRight ? [fromHex(sibling), node] : [node, fromHex(sibling)];
    node = hash("sha256", Buffer.concat([NODE_PREFIX, ...pair]), "buffer");
  }
  return left.length === 0 && toHex(node) === claim.contentRoot.toLowerCase();
}

/** The largest power of two below `count`: where RFC 6962 splits a tree of that many leaves. */
function splitPoint(count: number): number {
  return 2 ** (31 - Math.clz32(count - 1));
}

function toHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")}`;
}

const fromHex = (hex: string) => Buffer.from(hex.slice(2), "hex");
