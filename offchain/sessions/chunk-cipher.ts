import { createCipheriv, createDecipheriv, timingSafeEqual } from "node:crypto";
import { deriveChunkSecrets } from "./chunk-secrets.ts";
import { COMMITMENT_BYTES, TAG_BYTES } from "./limits.ts";
import { releaseBuffer } from "./release-buffer.ts";
import { xchachaKey } from "./xchacha.ts";

/** Bytes of a session key. */
export const SESSION_KEY_BYTES = 32;

/** At this size the cipher's own buffers stay in the processor's cache; measured. */
const PIECE_BYTES = 256 * 1024;

/** The types require the plaintext's length; of Node's ciphers only CCM uses it. */
const UNUSED_LENGTH = 0;

/** Why a chunk did not decrypt. */
export type ChunkCipherFailure = "key" | "tag";

/** A chunk's file that is being written. */
export interface ChunkEncryptor {
  /** Encrypts the next piece of the plaintext. */
  update(piece: Uint8Array): void;
  /** @returns the whole file: the beginning of the target buffer. */
  finish(): Buffer;
}

/**
 * Encrypts one chunk: `commitment (32) || ciphertext || tag (16)`, XChaCha20-Poly1305.
 *
 * The cipher alone does not bind a key (one ciphertext can be made to decrypt under two keys to
 * two recordings); the commitment does, because HKDF's output is collision-resistant.
 *
 * @param sessionKey 32 bytes, of this session alone.
 * @param sessionId lower-case UUID.
 * @param target where the file is put, at least 48 bytes longer than the plaintext: a buffer for reuse.
 */
export function encryptChunk(
  sessionKey: Uint8Array,
  sessionId: string,
  idx: number,
  target: Buffer,
): ChunkEncryptor {
  const { cipher, commitment, associatedData } = cipherSecrets(sessionKey, sessionId, idx);
  const encryptor = createCipheriv("chacha20-poly1305", cipher.key, cipher.nonce, {
    authTagLength: TAG_BYTES,
  });
  cipher.key.fill(0);
  encryptor.setAAD(associatedData, { plaintextLength: UNUSED_LENGTH });
  let end = commitment.copy(target);
  return {
    update(plain) {
      for (let at = 0; at < plain.length; at += PIECE_BYTES) {
        const piece = encryptor.update(plain.subarray(at, at + PIECE_BYTES));
        end += piece.copy(target, end);
        releaseBuffer(piece);
      }
    },
    finish() {
      encryptor.final();
      end += encryptor.getAuthTag().copy(target, end);
      return target.subarray(0, end);
    },
  };
}

/**
 * The reverse of {@link encryptChunk}. No byte of the plaintext is returned unless all of it is authentic.
 *
 * @returns the plaintext, or why there is none: `key` when the file is under another session key, session id or
 * idx, `tag` when it was altered.
 */
export function decryptChunk(
  sessionKey: Uint8Array,
  sessionId: string,
  idx: number,
  file: Uint8Array,
): Buffer | ChunkCipherFailure {
  if (file.length < COMMITMENT_BYTES + TAG_BYTES) return "tag";
  const { cipher, commitment, associatedData } = cipherSecrets(sessionKey, sessionId, idx);
  if (!timingSafeEqual(commitment, file.subarray(0, COMMITMENT_BYTES))) return "key";
  const ciphertext = file.subarray(COMMITMENT_BYTES, file.length - TAG_BYTES);
  const decryptor = createDecipheriv("chacha20-poly1305", cipher.key, cipher.nonce, {
    authTagLength: TAG_BYTES,
  });
  decryptor.setAAD(associatedData, { plaintextLength: UNUSED_LENGTH });
  decryptor.setAuthTag(file.subarray(file.length - TAG_BYTES));
  const plain = decryptor.update(ciphertext);
  cipher.key.fill(0);
  try {
    decryptor.final();
    return plain;
  } catch {
    plain.fill(0);
    return "tag";
  }
}

/** The same, with the arguments for OpenSSL's cipher. */
function cipherSecrets(sessionKey: Uint8Array, sessionId: string, idx: number) {
  const { key, nonce, ...rest } = deriveChunkSecrets(sessionKey, sessionId, idx);
  const cipher = xchachaKey(key, nonce);
  key.fill(0);
  return { cipher, ...rest };
}
