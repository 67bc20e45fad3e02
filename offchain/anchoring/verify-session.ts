import { join } from "node:path";
import type { LucidAnchorsReader } from "../contracts/lucid-anchors/reader.ts";
import { verifyOwnership } from "../sessions/owner-signature.ts";
import { readOwnerSignature } from "../sessions/owner-signature-file.ts";
import { directoryOf, MANIFEST_FILE } from "../sessions/session-directory.ts";
import { type FilesProgress, verifySessionFiles } from "../sessions/verify-session-files.ts";
import { findAnchorTransaction } from "./find-anchor-transaction.ts";
import { locateAnchor } from "./locate-anchor.ts";
import { findAlteration, findEquivocation, findOtherContents } from "./other-contents.ts";
import type { RecordedSession } from "./recorded-session.ts";
import { collectErrors, conclude, type Verification } from "./verification.ts";
import { verifyAnchor } from "./verify-anchor.ts";

export interface VerifyModules {
  /** The contract that this installation knows. */
  readonly anchors: LucidAnchorsReader;
  /** What the store says about a session: the tree in which it was anchored, and what its owner signed. */
  readonly findRecorded: (sessionId: string) => Promise<RecordedSession | undefined>;
}

export interface VerifyOptions {
  /** Blocks until an anchor counts as final, its own included. */
  readonly confirmations: number;
  /** The progress of the check of the chunk files. */
  readonly onProgress?: (progress: FilesProgress) => void;
  /** Called with information that could not be found, and why. */
  readonly onUnavailable?: (reason: string) => void;
}

/**
 * Checks a session's files against its manifest, the manifest against its owner's signature, and both against the
 * chain. Everything is checked as far as it can be: a finding in one part does not hide those in another.
 *
 * @param path of the session's folder or of its manifest.json.
 * @throws {SessionError} SESSION_NOT_FOUND
 * @throws {EvmError} when the chain cannot be asked; that is not a finding about the session.
 */
export async function verifySession(
  path: string,
  { anchors, findRecorded }: VerifyModules,
  { confirmations, onProgress, onUnavailable }: VerifyOptions,
): Promise<Verification> {
  const contract = { address: anchors.address, chainId: await anchors.chainId(), isKnown: true };
  const manifestFile = join(directoryOf(path), MANIFEST_FILE);
  const files = await collectErrors(() => verifySessionFiles(path, { onProgress }));
  if (files.value === undefined) {
    const { errors } = files;
    const check = { subject: "manifest", errors, place: { file: manifestFile } } as const;
    return { ...conclude([check], contract), otherContents: [] };
  }
  const { manifest, session, directory } = files.value;
  const { sessionId } = manifest;
  const owner = await collectErrors(async () =>
    verifyOwnership(session, await readOwnerSignature(directory)),
  );
  const recorded = await findRecorded(sessionId);
  const { earliest } = await locateAnchor(anchors, session, recorded?.tree);
  const isSigned = owner.errors.length === 0;
  const altered = isSigned ? [] : findAlteration(session, recorded);
  const equivocated = isSigned ? await findEquivocation(session, undefined, recorded, anchors) : [];
  const judged = await verifyAnchor(anchors, session, earliest, confirmations);
  const { location } = judged;
  const conclusion = conclude(
    [
      { subject: "manifest", errors: altered, place: { sessionId, file: manifestFile } },
      { subject: "files", errors: files.value.findings, place: { sessionId } },
      { subject: "owner", errors: [...owner.errors, ...equivocated], place: { sessionId } },
      { subject: "chain", errors: judged.errors, place: { sessionId, contract: contract.address } },
    ],
    contract,
  );
  const transaction = location && (await findAnchorTransaction(anchors, session, location, onUnavailable));
  return {
    ...conclusion,
    session,
    sessionId,
    ...(location && { anchor: { ...location, ...transaction } }),
    otherContents: await findOtherContents(anchors, session, onUnavailable),
  };
}
