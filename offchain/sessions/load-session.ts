import { verifyOwnership } from "./owner-signature.ts";
import { readOwnerSignature } from "./owner-signature-file.ts";
import { readSession } from "./read-session.ts";
import type { SealedSession } from "./sealed-session.ts";

/**
 * Reads a sealed session with its owner's signature, which must be valid: without it a session is neither anchored,
 * queued nor verified. Its chunks are not read.
 *
 * @param path of the session's folder or of its manifest.json.
 * @throws {SessionError} SESSION_NOT_FOUND, MANIFEST_*, SESSION_SIGNATURE_*
 */
export async function loadSession(path: string): Promise<SealedSession> {
  const stored = await readSession(path);
  const signature = await readOwnerSignature(stored.directory);
  verifyOwnership(stored.session, signature);
  return { ...stored, signature };
}
