import { join } from "node:path";
import canonicalize from "canonicalize";
import { z } from "zod";
import { SessionError } from "./errors.ts";
import { MAX_SIGNATURE_FILE_BYTES } from "./limits.ts";
import { readRegularFile } from "./read-regular-file.ts";
import { SIGNATURE_FILE } from "./session-directory.ts";

const schema = z.strictObject({ signature: z.string(), type: z.literal("SessionOwnership") });

/** The bytes of owner-signature.json. */
export function encodeOwnerSignature(signature: string): Buffer {
  return Buffer.from(`${canonicalize({ signature, type: "SessionOwnership" })}\n`);
}

/**
 * The owner's signature beside a session's manifest; `verifyOwnership` checks whether it is valid. Only the exact bytes
 * of the format are accepted: evidence has one encoding, so that everybody who has it has the same file.
 *
 * @throws {SessionError} SESSION_SIGNATURE_MISSING, SESSION_SIGNATURE_MALFORMED, FILE_*
 */
export async function readOwnerSignature(directory: string): Promise<string> {
  const path = join(directory, SIGNATURE_FILE);
  const bytes = await readRegularFile(path, { maxBytes: MAX_SIGNATURE_FILE_BYTES });
  if (bytes === undefined) throw new SessionError({ code: "SESSION_SIGNATURE_MISSING", path });
  const signature = parse(bytes);
  if (!encodeOwnerSignature(signature).equals(bytes)) {
    const reason = `${SIGNATURE_FILE} is not canonical JSON (RFC 8785) and a newline`;
    throw new SessionError({ code: "SESSION_SIGNATURE_MALFORMED", signature, reason });
  }
  return signature;
}

function parse(bytes: Buffer): string {
  const text = bytes.toString();
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
