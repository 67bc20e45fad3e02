import { randomBytes } from "node:crypto";
import { Decrypter, Encrypter } from "age-encryption";
import { SESSION_KEY_BYTES } from "./chunk-cipher.ts";
import { SessionError } from "./errors.ts";
import { MAX_KEY_FILE_BYTES } from "./limits.ts";
import { sharedBuffer } from "./shared-buffer.ts";
import { wipeBuffer } from "./wipe-buffer.ts";

/** The setting that holds the recipients, which the error names if they are missing. */
const RECIPIENTS_SETTING = "LUCID_AGE_RECIPIENTS";

/**
 * Recipients for whose identities (a line of text) this program can open a session: X25519 (`age1…`), and
 * ML-KEM-768 with X25519 (`age1pq1…`). The library would also accept tags of hardware keys, which it cannot open.
 */
const X25519_RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const HYBRID_RECIPIENT = /^age1pq1[02-9ac-hj-np-z]+$/;
const isAccepted = (recipient: string) =>
  X25519_RECIPIENT.test(recipient) || HYBRID_RECIPIENT.test(recipient);

/** A new session key: 32 random bytes. The caller wipes it (`fill(0)`) when done. */
export function newSessionKey(): Buffer {
  return randomBytes(SESSION_KEY_BYTES);
}

/**
 * Moves a session key into memory that all threads share, and wipes the given buffer.
 *
 * @returns 32 bytes; the caller wipes them.
 */
export function shareKey(sessionKey: Buffer): Buffer {
  const shared = sharedBuffer(sessionKey.length);
  sessionKey.copy(shared);
  wipeBuffer(sessionKey);
  return shared;
}

/**
 * Wraps a session key to age recipients (the age file format, version 1). Needs no identity.
 *
 * @param recipients `age1…` (X25519) or `age1pq1…` (post-quantum) lines of one kind, at least one.
 * @returns the bytes of session-key.age, 256 KiB at most.
 * @throws {SessionError} SESSION_RECIPIENTS_MISSING, SESSION_RECIPIENT_INVALID, SESSION_RECIPIENTS_MIXED,
 * SESSION_ARGUMENT_INVALID for more recipients than the file has room for.
 */
export async function wrapSessionKey(
  sessionKey: Uint8Array,
  recipients: readonly string[],
): Promise<Uint8Array> {
  if (recipients.length === 0) {
    throw new SessionError({ code: "SESSION_RECIPIENTS_MISSING", setting: RECIPIENTS_SETTING });
  }
  const encrypter = new Encrypter();
  for (const [position, recipient] of recipients.entries()) {
    if (!isAccepted(recipient) || !add(encrypter, recipient)) {
      throw new SessionError({ code: "SESSION_RECIPIENT_INVALID", position });
    }
  }
  const hybrid = recipients.filter((recipient) => HYBRID_RECIPIENT.test(recipient)).length;
  if (hybrid !== 0 && hybrid !== recipients.length) {
    const classic = recipients.length - hybrid;
    throw new SessionError({ code: "SESSION_RECIPIENTS_MIXED", hybrid, classic });
  }
  const wrapped = await encrypter.encrypt(sessionKey);
  if (wrapped.length > MAX_KEY_FILE_BYTES) {
    throw new SessionError({
      code: "SESSION_ARGUMENT_INVALID",
      argument: "recipients",
      value: `${recipients.length} recipients`,
      expected: `so few that the wrapped key has ${MAX_KEY_FILE_BYTES} bytes at most (it has ${wrapped.length})`,
    });
  }
  return wrapped;
}

/** Whether the library accepts it. Its error is dropped: it could carry a secret key, given by mistake, into a log. */
function add(encrypter: Encrypter, recipient: string): boolean {
  try {
    encrypter.addRecipient(recipient);
    return true;
  } catch {
    return false;
  }
}

/**
 * Unwraps a session key.
 *
 * @param sessionId the session it belongs to, for the error.
 * @param identities `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…` lines; one that fits is enough.
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

/** The message of age-encryption when no identity fits; it has no error classes. */
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
