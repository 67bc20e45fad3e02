import type { LucidAnchorsClient } from "../contracts/lucid-anchors.ts";
import type { LucidError } from "../errors.ts";
import { SessionError } from "../sessions/errors.ts";
import { verifyOwnership } from "../sessions/owner-signature.ts";
import { readOwnerSignature } from "../sessions/owner-signature-file.ts";
import type { Session } from "../sessions/session.ts";
import { verifySessionFiles } from "../sessions/verify-session-files.ts";
import type { TreeProof } from "./anchor.ts";
import { AnchoringError } from "./errors.ts";
import { type AnchorLocation, locateAnchor } from "./locate-anchor.ts";

/** What was held against what. */
export type VerifiedSubject = "manifest" | "files" | "owner" | "chain";

/** One thing that was checked, and everything in which it disagrees. */
export interface VerificationStep {
  readonly subject: VerifiedSubject;
  readonly findings: readonly LucidError[];
}

/** What a verification found; `verified` when no step has a finding. */
export interface Verification {
  readonly verified: boolean;
  readonly steps: readonly VerificationStep[];
  readonly session?: Session;
  readonly sessionId?: string;
  readonly location?: AnchorLocation;
}

/** What stands between a verification and the chain; `tree` is what the store or a proof says of the tree. */
export interface VerifyModules {
  readonly anchors: LucidAnchorsClient;
  readonly findTree: (sessionId: string) => Promise<TreeProof | undefined>;
}

/**
 * Holds a session's files against its manifest, the manifest against its owner's signature, and both against the
 * chain. All steps are taken as far as they can be: a finding of one does not hide those of another.
 *
 * @param path of the session's folder or of its manifest.json.
 * @throws {EvmError} when the chain cannot be asked; that is no finding about the session.
 */
export async function verifySession(
  path: string,
  { anchors, findTree }: VerifyModules,
  onProgress?: (text: string) => void,
): Promise<Verification> {
  const files = await collect(() =>
    verifySessionFiles(path, (chunks) => onProgress?.(`checked ${chunks} chunk(s)`)),
  );
  if (files.value === undefined) return conclude([{ subject: "manifest", findings: files.findings }]);
  const { manifest, session, directory, findings } = files.value;
  const owner = await collect(async () => verifyOwnership(session, await readOwnerSignature(directory)));
  const { location, conflict } = await locateAnchor(anchors, session, await findTree(manifest.sessionId));
  const steps: VerificationStep[] = [
    { subject: "manifest", findings: [] },
    { subject: "files", findings },
    { subject: "owner", findings: owner.findings },
    { subject: "chain", findings: chainFindings(manifest.sessionId, location, conflict) },
  ];
  return conclude(steps, { session, sessionId: manifest.sessionId, ...(location && { location }) });
}

type Anchored = Awaited<ReturnType<typeof locateAnchor>>;

/** A session that stands nowhere is not anchored; one whose id holds another content is a finding of its own. */
export function chainFindings(
  sessionId: string,
  location: Anchored["location"],
  conflict: Anchored["conflict"],
): LucidError[] {
  if (conflict !== undefined) {
    const { standing, txid, blockNumber } = conflict;
    const isFirst = location === undefined || blockNumber <= location.blockNumber;
    return [
      new AnchoringError({
        code: "SESSION_CONFLICTS",
        sessionId,
        standing,
        txid,
        blockNumber,
        earlier: isFirst ? "that one" : "this one",
      }),
    ];
  }
  return location === undefined ? [new AnchoringError({ code: "SESSION_NOT_ANCHORED", sessionId })] : [];
}

export function conclude(steps: readonly VerificationStep[], rest: Partial<Verification> = {}): Verification {
  return { verified: steps.every(({ findings }) => findings.length === 0), steps, ...rest };
}

/** A SessionError is a finding about the session; anything else is a fault of the check itself. */
async function collect<Value>(
  check: () => Promise<Value>,
): Promise<{ value?: Value; findings: LucidError[] }> {
  try {
    return { value: await check(), findings: [] };
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    return { findings: [error] };
  }
}
