import { hkdfSync } from "node:crypto";
import { COMMITMENT_BYTES } from "./limits.ts";
import { sessionIdBytes } from "./session-id.ts";

/** Names the purpose of the derived secrets; another format uses another name, so that no key serves two. */
const PURPOSE = Buffer.from("lucid/chunk/v1");
const KEY_BYTES = 32;
const NONCE_BYTES = 24;
const IDX_BYTES = 4;

/** What one chunk of one session is encrypted with. */
export interface ChunkSecrets {
  /** 32 bytes, for XChaCha20-Poly1305; the caller wipes it. */
  readonly key: Buffer;
  /** 32 bytes at the start of a chunk's file: they identify its key without revealing it. */
  readonly commitment: Buffer;
  /** 24 bytes. */
  readonly nonce: Buffer;
  /** Session id || idx (uint32 BE). */
  readonly associatedData: Buffer;
}

/**
 * Key, commitment and nonce, in this order, from HKDF-SHA256 (RFC 5869) of the session key: salt = the session id's
 * 16 bytes, info = "lucid/chunk/v1" || idx (uint32 BE).
 *
 * @param sessionKey 32 bytes, of this session alone.
 * @param sessionId lower-case UUID.
 * @throws {SessionError} SESSION_ARGUMENT_INVALID when the session id is not one.
 */
export function deriveChunkSecrets(sessionKey: Uint8Array, sessionId: string, idx: number): ChunkSecrets {
  const id = sessionIdBytes(sessionId);
  const place = Buffer.alloc(IDX_BYTES);
  place.writeUInt32BE(idx);
  const info = Buffer.concat([PURPOSE, place]);
  const length = KEY_BYTES + COMMITMENT_BYTES + NONCE_BYTES;
  const derived = Buffer.from(hkdfSync("sha256", sessionKey, id, info, length));
  return {
    key: derived.subarray(0, KEY_BYTES),
    commitment: derived.subarray(KEY_BYTES, KEY_BYTES + COMMITMENT_BYTES),
    nonce: derived.subarray(KEY_BYTES + COMMITMENT_BYTES),
    associatedData: Buffer.concat([id, place]),
  };
}
