import { readFile } from "node:fs/promises";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { z } from "zod";
import { SessionError } from "./errors.ts";
import { hasCode, SIGNATURE_FILE } from "./session-directory.ts";

const schema = z.strictObject({ signature: z.string(), type: z.literal("SessionOwnership") });

/** The bytes of owner-signature.json. */
export function encodeOwnerSignature(signature: string): Buffer {
  return Buffer.from(`${canonicalize({ signature, type: "SessionOwnership" })}\n`);
}

/**
 * The owner's signature that lies beside a session's manifest; `verifyOwnership` says whether it holds.
 *
 * @throws {SessionError} SESSION_SIGNATURE_MISSING, SESSION_SIGNATURE_MALFORMED
 */
export async function readOwnerSignature(directory: string): Promise<string> {
  const path = join(directory, SIGNATURE_FILE);
  const text = await readFile(path, "utf8").catch((cause) => {
    if (!hasCode(cause, "ENOENT")) throw cause;
    throw new SessionError({ code: "SESSION_SIGNATURE_MISSING", path }, { cause });
  });
  try {
    return schema.parse(JSON.parse(text)).signature;
  } catch (cause) {
    const reason = `${SIGNATURE_FILE} is not { signature, type: "SessionOwnership" }`;
    throw new SessionError(
      { code: "SESSION_SIGNATURE_MALFORMED", signature: text.trim(), reason },
      { cause },
    );
  }
}
