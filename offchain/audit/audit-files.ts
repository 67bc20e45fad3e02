import { existsSync } from "node:fs";
import { SessionError } from "../sessions/errors.ts";
import { sessionDirectory } from "../sessions/session-directory.ts";
import { verifySessionFiles } from "../sessions/verify-session-files.ts";
import type { SessionDocument } from "../store/documents.ts";
import type { Report } from "./finding.ts";

/** Holds a session's files, where its folder is here, to its manifest, and the manifest to the store. */
export async function auditFiles(
  entry: SessionDocument,
  { dataDir }: { readonly dataDir: string | undefined },
  report: Report,
): Promise<void> {
  const { _id: sessionId, manifest_hash: expected } = entry;
  const directory = dataDir === undefined ? undefined : sessionDirectory(dataDir, sessionId);
  if (directory === undefined || !existsSync(directory)) return;
  const place = { sessionId, file: directory };
  const checked = await verifySessionFiles(directory).catch(asFinding);
  if (typeof checked === "string") {
    report({ code: "SESSION_FILES_DIFFER", place, expected, found: checked });
    return;
  }
  const [first, ...others] = checked.findings;
  if (first !== undefined) {
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    const { idx } = first.details as { readonly idx?: number };
    const at = idx === undefined ? place : { ...place, idx };
    report({
      code: "SESSION_FILES_DIFFER",
      place: at,
      expected: "the manifest's chunks",
      found: `${first.code}${more}`,
    });
  } else if (checked.session.manifestHash !== expected) {
    report({ code: "SESSION_FILES_DIFFER", place, expected, found: checked.session.manifestHash });
  }
}

/** The code of what is wrong with the manifest: without a valid one there is nothing else to check. */
function asFinding(error: unknown): string {
  if (error instanceof SessionError && error.code !== "SESSION_WORKER_FAILED") return error.code;
  throw error;
}
