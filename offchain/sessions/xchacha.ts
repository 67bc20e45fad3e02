import { hchacha } from "@noble/ciphers/chacha.js";

/** The subkey and nonce that turn XChaCha20-Poly1305 into the ChaCha20-Poly1305 (RFC 8439) of OpenSSL. */
export interface XChaChaKey {
  /** 32 bytes. */
  readonly key: Buffer;
  /** 12 bytes. */
  readonly nonce: Buffer;
}

/** "expand 32-byte k", RFC 8439, section 2.3. */
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
const SUBKEY_NONCE_BYTES = 16;
const NONCE_PREFIX_BYTES = 4;

/**
 * Subkey and nonce of draft-irtf-cfrg-xchacha-03, section 2.3: HChaCha20 over the first 16 bytes of the nonce
 * gives the key; four zero bytes and the last 8 bytes are the nonce.
 *
 * @param key 32 bytes.
 * @param nonce 24 bytes.
 */
export function xchachaKey(key: Uint8Array, nonce: Uint8Array): XChaChaKey {
  const words = new Uint32Array(8);
  hchacha(Uint32Array.from(SIGMA), wordsOf(key), wordsOf(nonce.subarray(0, SUBKEY_NONCE_BYTES)), words);
  const subkey = Buffer.alloc(key.length);
  words.forEach((word, at) => {
    subkey.writeUInt32LE(word, 4 * at);
  });
  words.fill(0);
  return {
    key: subkey,
    nonce: Buffer.concat([Buffer.alloc(NONCE_PREFIX_BYTES), nonce.subarray(SUBKEY_NONCE_BYTES)]),
  };
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at, true));
}
