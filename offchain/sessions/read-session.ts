import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SessionError } from "./errors.ts";
import { type Manifest, manifestHash, parseManifest, sessionOf } from "./manifest.ts";
import type { Session } from "./session.ts";
import { directoryOf, hasCode, MANIFEST_FILE } from "./session-directory.ts";

/** A session's manifest as it lies on disk. */
export interface StoredSession {
  /** Absolute path. */
  readonly directory: string;
  readonly manifest: Manifest;
  readonly manifestHash: string;
  readonly session: Session;
}

/**
 * Reads and validates a session's manifest; its chunks and the owner's signature are not looked at.
 *
 * @param path of the session's folder or of its manifest.json.
 * @throws {SessionError} SESSION_NOT_FOUND, MANIFEST_*
 */
export async function readSession(path: string): Promise<StoredSession> {
  const directory = directoryOf(path);
  const bytes = await readFile(join(directory, MANIFEST_FILE)).catch((cause) => {
    if (!hasCode(cause, "ENOENT", "ENOTDIR")) throw cause;
    throw new SessionError({ code: "SESSION_NOT_FOUND", path }, { cause });
  });
  const manifest = parseManifest(bytes);
  const hash = manifestHash(bytes);
  return { directory, manifest, manifestHash: hash, session: sessionOf(manifest, hash) };
}
