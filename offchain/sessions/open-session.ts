import { join, resolve } from "node:path";
import { type Destination, openDestination, requireFree } from "./destination.ts";
import { SessionError } from "./errors.ts";
import { MAX_KEY_FILE_BYTES } from "./limits.ts";
import { type OpenProgress, openChunks } from "./open-chunks.ts";
import { verifyOwnership } from "./owner-signature.ts";
import { readOwnerSignature } from "./owner-signature-file.ts";
import { readRegularFile } from "./read-regular-file.ts";
import { readSession, type StoredSession } from "./read-session.ts";
import { KEY_FILE } from "./session-directory.ts";
import { shareKey, unwrapSessionKey } from "./session-key.ts";

export type { OpenProgress } from "./open-chunks.ts";

/** Which session to open, with what, and where its recording goes. */
export interface OpenOptions {
  /** Path of the session's folder or of its manifest.json. */
  readonly path: string;
  /** `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…` lines; one that fits is enough. */
  readonly identities: readonly string[];
  /** Where the recording goes; nothing may exist there. */
  readonly destination: string;
  /** Ends the opening between two chunks; what was written of the recording is removed. */
  readonly signal?: AbortSignal | undefined;
  /** Threads that check and decrypt. @default as many as the session's size and the machine suggest */
  readonly threads?: number | undefined;
  /** Called after each chunk. */
  readonly onProgress?: ((progress: OpenProgress) => void) | undefined;
}

/** An opened session and the size of its recording. */
export interface OpenedSession extends StoredSession {
  readonly bytes: number;
}

/**
 * Restores a recording: checks the manifest, the owner's signature and each chunk, then decrypts and decompresses it.
 * The destination appears complete or not at all.
 *
 * @throws {SessionError} SESSION_NOT_FOUND, SESSION_DESTINATION_*, SESSION_IDENTITY_INVALID, SESSION_KEY_*,
 * SESSION_SIGNATURE_*, SESSION_OPEN_INTERRUPTED, SESSION_PLAINTEXT_LEFT, FILE_*, MANIFEST_*, CHUNK_*, SESSION_WORKER_FAILED
 */
export async function openSession(options: OpenOptions): Promise<OpenedSession> {
  const stored = await readSession(options.path);
  const { directory, manifest } = stored;
  verifyOwnership(stored.session, await readOwnerSignature(directory));
  const destination = resolve(options.destination);
  await requireFree(destination);
  const wrapped = await readWrappedKey(directory, manifest.sessionId);
  const sessionKey = shareKey(await unwrapSessionKey(wrapped, manifest.sessionId, options.identities));
  try {
    const file = await openDestination(destination);
    try {
      const bytes = await writeRecording(file, stored, sessionKey, { ...options, destination });
      await file.commit();
      return { ...stored, bytes };
    } catch (error) {
      await file.discard(error);
      throw error;
    }
  } finally {
    sessionKey.fill(0);
  }
}

async function writeRecording(
  file: Destination,
  stored: StoredSession,
  sessionKey: Buffer,
  { onProgress, signal, destination, threads }: OpenOptions,
): Promise<number> {
  const goOn = () => {
    if (signal?.aborted) throw new SessionError({ code: "SESSION_OPEN_INTERRUPTED", path: destination });
  };
  const bytes = await openChunks(stored, {
    ...{ sessionKey, threads, goOn, write: file.write },
    onProgress: (progress) => onProgress?.(progress),
  });
  goOn();
  return bytes;
}

async function readWrappedKey(directory: string, sessionId: string): Promise<Buffer> {
  const wrapped = await readRegularFile(join(directory, KEY_FILE), { maxBytes: MAX_KEY_FILE_BYTES });
  if (wrapped !== undefined) return wrapped;
  throw new SessionError({ code: "SESSION_KEY_MALFORMED", sessionId, reason: `${KEY_FILE} is missing` });
}
