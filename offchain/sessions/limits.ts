/** Bytes of a segment: the unit of a storage challenge. The chunk store uses the same. */
export const SEGMENT_BYTES = 1024;

const MIB = 2 ** 20;

/** Plaintext bytes of a chunk unless told otherwise: large enough for zstd, small enough to fetch at once. */
export const DEFAULT_CHUNK_BYTES = 8 * MIB;

/** Plaintext bytes of a chunk at most: it bounds the memory needed to open a session. */
export const MAX_CHUNK_BYTES = 16 * MIB;

/** Bytes of the tag that XChaCha20-Poly1305 appends. */
export const TAG_BYTES = 16;

/** Bytes of the key commitment before a chunk's ciphertext. */
export const COMMITMENT_BYTES = 32;

/**
 * The largest size to which zstd compresses `plainBytes` incompressible bytes: ZSTD_COMPRESSBOUND of zstd.h, whose last term
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

/**
 * Chunks of a session at most: 8 TiB in chunks of the default size. The contracts have uint32, but a manifest of
 * 2^32 chunks would have 900 GB, which nobody could read.
 */
export const MAX_CHUNK_COUNT = 2 ** 20;

/** A chunk's row of the manifest with its comma, every number as long as it can be. */
const CHUNK_ROW_BYTES = 208;
/** Everything of a manifest but its rows. */
const MANIFEST_FRAME_BYTES = 512;

/** Bytes of a manifest at most: that of the largest number of chunks, some 208 MiB. */
export const MAX_MANIFEST_BYTES = MANIFEST_FRAME_BYTES + MAX_CHUNK_COUNT * CHUNK_ROW_BYTES;

/** Bytes of owner-signature.json at most; it has 175, and other encodings are read to report what is wrong. */
export const MAX_SIGNATURE_FILE_BYTES = 1024;

/** Bytes of session-key.age at most: enough for 2,400 X25519 recipients, or 150 post-quantum ones. */
export const MAX_KEY_FILE_BYTES = 256 * 1024;

/** Characters (UTF-16 units) of a session's label at most: the longest path of most file systems. */
export const MAX_LABEL_LENGTH = 4096;

/** Unix seconds of a session's times at most, the end of the year 9999: a later one is most likely in the wrong unit. */
export const MAX_TIME_SECONDS = 253_402_300_799;
