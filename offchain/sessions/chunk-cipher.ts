import { createCipheriv, createDecipheriv, hkdfSync, timingSafeEqual } from "node:crypto";
import { COMMITMENT_BYTES, TAG_BYTES } from "./limits.ts";
import { releaseBuffer } from "./release-buffer.ts";
import { sessionIdBytes } from "./session-id.ts";
import { type XChaChaKey, xchachaKey } from "./xchacha.ts";

/** Bytes of a session key. */
export const SESSION_KEY_BYTES = 32;

/** Names the purpose of what is derived; another format takes another name, so that no key serves two. */
const PURPOSE = Buffer.from("lucid/chunk/v1");
const KEY_BYTES = 32;
const NONCE_BYTES = 24;
const IDX_BYTES = 4;

/** The cipher's own buffers stay in the processor's cache at this size; measured, not guessed. */
const PIECE_BYTES = 256 * 1024;

/** The types ask for the plaintext's length; of Node's ciphers only CCM looks at it. */
const UNUSED_LENGTH = 0;

/** Why a chunk did not decrypt. */
export type ChunkCipherFailure = "key" | "tag";

interface ChunkSecrets {
  readonly cipher: XChaChaKey;
  /** Opens a chunk's file: which key it is under, without telling the key. */
  readonly commitment: Buffer;
  readonly associatedData: Buffer;
}

/** A chunk's file in the making. */
export interface ChunkEncryptor {
  /** Encrypts the next piece of the plaintext. */
  update(piece: Uint8Array): void;
  /** @returns the whole file: the beginning of the target buffer. */
  finish(): Buffer;
}

/**
 * Encrypts one chunk: `commitment (32) || ciphertext || tag (16)`, XChaCha20-Poly1305.
 *
 * Key (32), commitment (32) and nonce (24) come in this order from HKDF-SHA256 (RFC 5869) of the session key:
 * salt = the session id's 16 bytes, info = "lucid/chunk/v1" || idx (uint32 BE). Associated data: session id ||
 * idx (uint32 BE). The cipher alone does not bind a key (one ciphertext can be made to decrypt under two keys to
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
  const { cipher, commitment, associatedData } = deriveSecrets(sessionKey, sessionId, idx);
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
  const { cipher, commitment, associatedData } = deriveSecrets(sessionKey, sessionId, idx);
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

function deriveSecrets(sessionKey: Uint8Array, sessionId: string, idx: number): ChunkSecrets {
  const id = sessionIdBytes(sessionId);
  const place = Buffer.alloc(IDX_BYTES);
  place.writeUInt32BE(idx);
  const info = Buffer.concat([PURPOSE, place]);
  const length = KEY_BYTES + COMMITMENT_BYTES + NONCE_BYTES;
  const derived = Buffer.from(hkdfSync("sha256", sessionKey, id, info, length));
  const key = derived.subarray(0, KEY_BYTES);
  const cipher = xchachaKey(key, derived.subarray(KEY_BYTES + COMMITMENT_BYTES));
  key.fill(0);
  return {
    cipher,
    commitment: derived.subarray(KEY_BYTES, KEY_BYTES + COMMITMENT_BYTES),
    associatedData: Buffer.concat([id, place]),
  };
}
