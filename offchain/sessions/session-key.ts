import { randomBytes } from "node:crypto";
import { Decrypter, Encrypter } from "age-encryption";
import { SESSION_KEY_BYTES } from "./chunk-cipher.ts";
import { SessionError } from "./errors.ts";

/** The setting that holds the recipients, named by the error that misses them. */
const RECIPIENTS_SETTING = "LUCID_AGE_RECIPIENTS";

/** A fresh session key: 32 random bytes. Whoever takes it wipes it (`fill(0)`) when done. */
export function newSessionKey(): Buffer {
  return randomBytes(SESSION_KEY_BYTES);
}

/**
 * Wraps a session key to age recipients (the age file format, version 1). Needs no identity.
 *
 * @param recipients `age1…` lines, at least one.
 * @returns the bytes of session-key.age.
 * @throws {SessionError} SESSION_RECIPIENTS_MISSING, SESSION_RECIPIENT_INVALID
 */
export async function wrapSessionKey(
  sessionKey: Uint8Array,
  recipients: readonly string[],
): Promise<Uint8Array> {
  if (recipients.length === 0) {
    throw new SessionError({ code: "SESSION_RECIPIENTS_MISSING", setting: RECIPIENTS_SETTING });
  }
  const encrypter = new Encrypter();
  recipients.forEach((recipient, position) => {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      // It may be a secret key, put there by mistake: the cause would carry it into a log.
      throw new SessionError({ code: "SESSION_RECIPIENT_INVALID", position });
    }
  });
  return await encrypter.encrypt(sessionKey);
}

/**
 * Unwraps a session key.
 *
 * @param sessionId the session it belongs to, for the error.
 * @param identities `AGE-SECRET-KEY-1…` lines; one that fits is enough.
 * @returns 32 bytes; the caller wipes them.
 * @throws {SessionError} SESSION_IDENTITY_INVALID, SESSION_KEY_NOT_FOR_IDENTITY, SESSION_KEY_MALFORMED
 */
export async function unwrapSessionKey(
  wrapped: Uint8Array,
  sessionId: string,
  identities: readonly string[],
): Promise<Buffer> {
  const decrypter = new Decrypter();
  identities.forEach((identity, position) => {
    try {
      decrypter.addIdentity(identity);
    } catch {
      // The cause would carry the secret into a log.
      throw new SessionError({ code: "SESSION_IDENTITY_INVALID", position });
    }
  });
  const key = await decrypt(decrypter, wrapped, sessionId);
  if (key.length !== SESSION_KEY_BYTES) {
    key.fill(0);
    const reason = `it holds ${key.length} bytes, a session key has ${SESSION_KEY_BYTES}`;
    throw new SessionError({ code: "SESSION_KEY_MALFORMED", sessionId, reason });
  }
  return Buffer.from(key.buffer, key.byteOffset, key.length);
}

/** How age-encryption says that no identity fits; it has no error classes. */
const NO_IDENTITY_FITS = /no identity/;

async function decrypt(decrypter: Decrypter, wrapped: Uint8Array, sessionId: string): Promise<Uint8Array> {
  try {
    return await decrypter.decrypt(wrapped);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SessionError(
      NO_IDENTITY_FITS.test(reason)
        ? { code: "SESSION_KEY_NOT_FOR_IDENTITY", sessionId }
        : { code: "SESSION_KEY_MALFORMED", sessionId, reason },
      { cause },
    );
  }
}
