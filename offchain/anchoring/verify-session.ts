import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import { verifyOwnership } from "../sessions/owner-signature.ts";
import { readOwnerSignature } from "../sessions/owner-signature-file.ts";
import { type FilesProgress, verifySessionFiles } from "../sessions/verify-session-files.ts";
import { findAnchorTransaction } from "./find-anchor-transaction.ts";
import { locateAnchor } from "./locate-anchor.ts";
import { findAlteration, findEquivocation, findOtherContents } from "./other-contents.ts";
import type { RecordedSession } from "./recorded-session.ts";
import { collectFindings, type Verification, type VerificationStep, verdictOf } from "./verification.ts";
import { verifyAnchor } from "./verify-anchor.ts";

export interface VerifyModules {
  /** The contract that this machine was told to ask. */
  readonly anchors: LucidAnchorsClient;
  /** What the store says of a session: the tree in which it was anchored, and what its owner signed. */
  readonly findRecorded: (sessionId: string) => Promise<RecordedSession | undefined>;
}

export interface VerifyOptions {
  /** Blocks until an anchor counts as final, its own included. */
  readonly confirmations: number;
  /** How far the check of the chunk files is. */
  readonly onProgress?: (progress: FilesProgress) => void;
  /** What cannot be shown although it was looked for, and why. */
  readonly onUnavailable?: (reason: string) => void;
}

/**
 * Holds a session's files against its manifest, the manifest against its owner's signature, and both against the
 * chain. All steps are taken as far as they can be: a finding of one does not hide those of another.
 *
 * @param path of the session's folder or of its manifest.json.
 * @throws {SessionError} SESSION_NOT_FOUND
 * @throws {EvmError} when the chain cannot be asked; that is no finding about the session.
 */
export async function verifySession(
  path: string,
  { anchors, findRecorded }: VerifyModules,
  { confirmations, onProgress, onUnavailable }: VerifyOptions,
): Promise<Verification> {
  const contract = { address: anchors.address, chainId: await anchors.chainId(), isKnown: true };
  const files = await collectFindings(() => verifySessionFiles(path, { onProgress }));
  if (files.value === undefined) {
    const steps = [{ subject: "manifest", findings: files.findings }] as const;
    return { verdict: verdictOf(steps, contract), steps, contract, otherContents: [] };
  }
  const { manifest, session, directory, findings } = files.value;
  const { sessionId } = manifest;
  const owner = await collectFindings(async () =>
    verifyOwnership(session, await readOwnerSignature(directory)),
  );
  const recorded = await findRecorded(sessionId);
  const { earliest } = await locateAnchor(anchors, session, recorded?.tree);
  const isSigned = owner.findings.length === 0;
  const altered = isSigned ? [] : findAlteration(session, recorded);
  const equivocated = isSigned ? await findEquivocation(session, undefined, recorded, anchors) : [];
  const judged = await verifyAnchor(anchors, session, earliest, confirmations);
  const { location } = judged;
  const steps: VerificationStep[] = [
    { subject: "manifest", findings: altered },
    { subject: "files", findings },
    { subject: "owner", findings: [...owner.findings, ...equivocated] },
    { subject: "chain", findings: judged.findings },
  ];
  const transaction = location && (await findAnchorTransaction(anchors, session, location, onUnavailable));
  return {
    verdict: verdictOf(steps, contract),
    steps,
    session,
    sessionId,
    contract,
    ...(location && { anchor: { ...location, ...transaction } }),
    otherContents: await findOtherContents(anchors, session, onUnavailable),
  };
}
