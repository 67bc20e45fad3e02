import { basename, join } from "node:path";
import { SessionError } from "./errors.ts";
import { MAX_MANIFEST_BYTES } from "./limits.ts";
import { type Manifest, manifestHash, parseManifest, sessionOf } from "./manifest.ts";
import { readRegularFile } from "./read-regular-file.ts";
import type { Session } from "./session.ts";
import { directoryOf, MANIFEST_FILE } from "./session-directory.ts";
import { UUID } from "./session-id.ts";

/** A session's manifest as it is on disk. */
export interface StoredSession {
  /** Absolute path. */
  readonly directory: string;
  readonly manifest: Manifest;
  readonly manifestHash: string;
  readonly session: Session;
}

/**
 * Reads and validates a session's manifest; its chunks and the owner's signature are not checked. A folder that is
 * named by an id must hold the session with that id, so that a request for one session never returns another.
 *
 * @param path of the session's folder or of its manifest.json.
 * @throws {SessionError} SESSION_NOT_FOUND, SESSION_ID_DIFFERS, FILE_*, MANIFEST_*
 */
export async function readSession(path: string): Promise<StoredSession> {
  const directory = directoryOf(path);
  const bytes = await readRegularFile(join(directory, MANIFEST_FILE), { maxBytes: MAX_MANIFEST_BYTES });
  if (bytes === undefined) throw new SessionError({ code: "SESSION_NOT_FOUND", path });
  const manifest = parseManifest(bytes);
  const named = basename(directory).toLowerCase();
  if (UUID.test(named) && named !== manifest.sessionId) {
    throw new SessionError({ code: "SESSION_ID_DIFFERS", directory, named, found: manifest.sessionId });
  }
  const hash = manifestHash(bytes);
  return { directory, manifest, manifestHash: hash, session: sessionOf(manifest, hash) };
}
