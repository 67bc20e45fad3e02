/** Bytes of a segment: the unit in which possession of a chunk is challenged. The chunk store uses the same. */
export const SEGMENT_BYTES = 1024;

const MIB = 2 ** 20;

/** Plaintext bytes of a chunk unless told otherwise: large enough for zstd, small enough to fetch at once. */
export const DEFAULT_CHUNK_BYTES = 8 * MIB;

/** Plaintext bytes of a chunk at most: it bounds the memory of whoever opens a session. */
export const MAX_CHUNK_BYTES = 16 * MIB;

/** Bytes of the tag that XChaCha20-Poly1305 appends. */
export const TAG_BYTES = 16;

/** Bytes of the key commitment that stands before a chunk's ciphertext. */
export const COMMITMENT_BYTES = 32;

/**
 * What zstd makes of `plainBytes` incompressible bytes at most: ZSTD_COMPRESSBOUND of zstd.h, whose last term
 * covers blocks below 128 KiB.
 */
export function compressedBound(plainBytes: number): number {
  const smallBlock = 128 * 1024;
  return (
    plainBytes + Math.floor(plainBytes / 256) + Math.max(0, Math.floor((smallBlock - plainBytes) / 2048))
  );
}

/** Bytes of a chunk's file at most: nothing larger is read into memory, whatever a manifest says. */
export const MAX_CHUNK_FILE_BYTES = COMMITMENT_BYTES + compressedBound(MAX_CHUNK_BYTES) + TAG_BYTES;

/** `chunkCount` and `idx` are uint32 on chain. */
export const MAX_CHUNK_COUNT = 2 ** 32 - 1;

/** The end of the year 9999 in Unix seconds: a time beyond it is a mistake of units, and no date could show it. */
export const LATEST_SECONDS = 253_402_300_799;
