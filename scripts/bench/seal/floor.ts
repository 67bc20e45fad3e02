import { createHash, hash, randomBytes } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import { encryptChunk, SESSION_KEY_BYTES } from "../../../offchain/sessions/chunk-cipher.ts";
import {
  COMMITMENT_BYTES,
  compressedBound,
  SEGMENT_BYTES,
  TAG_BYTES,
} from "../../../offchain/sessions/limits.ts";
import { contentRoot } from "../../../offchain/sessions/segment-tree.ts";

/** Seconds that each part of a seal takes alone. */
export interface FloorSeconds {
  readonly zstd: number;
  readonly cipher: number;
  readonly sha256: number;
  readonly segments: number;
  /** The segment tree by a call of crypto.hash for each segment and node, for comparison. */
  readonly segmentsByCryptoHash: number;
  /** Processor time of the first four. */
  readonly cpu: number;
}

const MILLISECONDS = 1000;
const MICROSECONDS = 1e6;
const SESSION_ID = "00000000-0000-4000-8000-000000000000";

/**
 * The same bytes through each part of a seal alone: in memory, one part after the other, buffers reused. No
 * reading, writing, key wrapping, signing or manifest.
 */
export function measureFloor(pieces: readonly Buffer[], rounds: number): FloorSeconds[] {
  const longest = compressedBound(Math.max(...pieces.map(({ length }) => length)));
  const target = Buffer.alloc(COMMITMENT_BYTES + longest + TAG_BYTES);
  const key = randomBytes(SESSION_KEY_BYTES);
  const round = (): FloorSeconds => {
    const before = process.cpuUsage();
    const parts = {
      zstd: secondsOf(pieces, (piece) =>
        zstdCompressSync(piece, { chunkSize: longest, pledgedSrcSize: piece.length }),
      ),
      cipher: secondsOf(pieces, (piece, idx) => {
        const encryptor = encryptChunk(key, SESSION_ID, idx, target);
        encryptor.update(piece);
        encryptor.finish();
      }),
      sha256: secondsOf(pieces, (piece) => hash("sha256", piece)),
      segments: secondsOf(pieces, contentRoot),
    };
    const cpu = cpuSecondsSince(before);
    return { ...parts, cpu, segmentsByCryptoHash: secondsOf(pieces, contentRootByCryptoHash) };
  };
  return Array.from({ length: rounds }, round);
}

/** Processor seconds of this process, its threads included. */
export function cpuSecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / MICROSECONDS;
}

function secondsOf(pieces: readonly Buffer[], part: (piece: Buffer, idx: number) => unknown): number {
  const started = performance.now();
  pieces.forEach(part);
  return (performance.now() - started) / MILLISECONDS;
}

function contentRootByCryptoHash(content: Buffer): Buffer {
  const leaf = Buffer.alloc(1 + SEGMENT_BYTES);
  let level: Buffer[] = [];
  for (let at = 0; at < content.length; at += SEGMENT_BYTES) {
    const length = content.copy(leaf, 1, at, at + SEGMENT_BYTES);
    level.push(hash("sha256", leaf.subarray(0, 1 + length), "buffer"));
  }
  while (level.length > 1) {
    const pairs = Array.from({ length: Math.ceil(level.length / 2) }, (_, at) =>
      level.slice(2 * at, 2 * at + 2),
    );
    level = pairs.map((pair) =>
      pair.length === 1
        ? (pair[0] as Buffer)
        : hash("sha256", Buffer.concat([Buffer.of(1), ...pair]), "buffer"),
    );
  }
  return level[0] ?? createHash("sha256").digest();
}
