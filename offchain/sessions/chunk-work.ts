import { decryptChunk, encryptChunk } from "./chunk-cipher.ts";
import { compressChunk, decompressChunk } from "./chunk-compressor.ts";
import { type ChunkDigest, chunkDigest } from "./chunk-digest.ts";
import { SessionError } from "./errors.ts";
import { wipeBuffer } from "./wipe-buffer.ts";

/** Which chunk, and under which key. */
export interface ChunkSecretWork {
  readonly sessionKey: Uint8Array;
  /** Lower-case UUID. */
  readonly sessionId: string;
  readonly idx: number;
}

export interface SealChunkWork extends ChunkSecretWork {
  readonly plain: Uint8Array;
  /** Receives the chunk's file, from the beginning. */
  readonly target: Uint8Array;
}

export interface OpenChunkWork extends ChunkSecretWork {
  /** The chunk's whole file. */
  readonly file: Uint8Array;
  /** Receives the plaintext, from the beginning; large enough for any chunk. */
  readonly target: Uint8Array;
}

/**
 * The computations for a chunk, in any thread: no files, no clock, no state. Every intermediate copy of a secret is
 * wiped; the caller wipes the buffers that it passes in.
 */
export const chunkWork = {
  /** The digests of a chunk's file. */
  digest({ file }: { readonly file: Uint8Array }): ChunkDigest {
    return chunkDigest(file);
  },

  /** Compresses, encrypts and hashes a chunk. */
  seal({ sessionKey, sessionId, idx, plain, target }: SealChunkWork): ChunkDigest {
    const encryptor = encryptChunk(sessionKey, sessionId, idx, bufferOf(target));
    const frame = compressChunk(plain);
    try {
      encryptor.update(frame);
    } finally {
      wipeBuffer(frame);
    }
    return chunkWork.digest({ file: encryptor.finish() });
  },

  /**
   * Decrypts and decompresses a chunk whose digests have been verified.
   *
   * @returns how many bytes of plaintext are in the target.
   * @throws {SessionError} CHUNK_KEY_WRONG, CHUNK_NOT_AUTHENTIC, CHUNK_FRAME_INVALID, CHUNK_NOT_DECOMPRESSIBLE
   */
  open({ sessionKey, sessionId, idx, file, target }: OpenChunkWork): number {
    const compressed = decryptChunk(sessionKey, sessionId, idx, file);
    if (compressed === "key") throw new SessionError({ code: "CHUNK_KEY_WRONG", idx });
    if (compressed === "tag") throw new SessionError({ code: "CHUNK_NOT_AUTHENTIC", idx });
    try {
      const plain = decompressChunk(idx, compressed);
      target.set(plain);
      const { length } = plain;
      wipeBuffer(plain);
      return length;
    } finally {
      wipeBuffer(compressed);
    }
  },
};

const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
