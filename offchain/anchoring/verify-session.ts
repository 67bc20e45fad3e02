import type { LucidAnchorsClient } from "../contracts/lucid-anchors.ts";
import type { LucidError } from "../errors.ts";
import { SessionError } from "../sessions/errors.ts";
import { verifyOwnership } from "../sessions/owner-signature.ts";
import { readOwnerSignature } from "../sessions/owner-signature-file.ts";
import type { Session } from "../sessions/session.ts";
import { verifySessionFiles } from "../sessions/verify-session-files.ts";
import type { TreeProof } from "./anchor.ts";
import { AnchoringError } from "./errors.ts";
import { type AnchorFindings, type AnchorLocation, isEarlier, locateAnchor } from "./locate-anchor.ts";

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

export interface VerifyModules {
  readonly anchors: LucidAnchorsClient;
  /** What the store says of the tree in which a session was anchored. */
  readonly findTree: (sessionId: string) => Promise<TreeProof | undefined>;
  /** Blocks until an anchor counts as final, its own included. */
  readonly confirmations: number;
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
  { anchors, findTree, confirmations }: VerifyModules,
  onProgress?: (text: string) => void,
): Promise<Verification> {
  const files = await collectFindings(() =>
    verifySessionFiles(path, (chunks) => onProgress?.(`checked ${chunks} chunk(s)`)),
  );
  if (files.value === undefined) return conclude([{ subject: "manifest", findings: files.findings }]);
  const { manifest, session, directory, findings } = files.value;
  const { sessionId } = manifest;
  const owner = await collectFindings(async () =>
    verifyOwnership(session, await readOwnerSignature(directory)),
  );
  const found = await locateAnchor(anchors, session, await findTree(sessionId));
  const steps: VerificationStep[] = [
    { subject: "manifest", findings: [] },
    { subject: "files", findings },
    { subject: "owner", findings: owner.findings },
    { subject: "chain", findings: await chainFindings(sessionId, found, anchors, confirmations) },
  ];
  return conclude(steps, { session, sessionId, ...(found.location && { location: found.location }) });
}

/** A session that stands nowhere, or in a block that may still go, or whose id holds another content. */
export async function chainFindings(
  sessionId: string,
  { location, conflict }: Pick<AnchorFindings, "location" | "conflict">,
  anchors: LucidAnchorsClient,
  required: number,
): Promise<LucidError[]> {
  const findings: LucidError[] = [];
  if (conflict !== undefined) {
    const { standing, txid, blockNumber } = conflict;
    const isFirst = location === undefined || isEarlier(conflict, location);
    const earlier = isFirst ? "that one" : "this one";
    findings.push(
      new AnchoringError({ code: "SESSION_CONFLICTS", sessionId, standing, txid, blockNumber, earlier }),
    );
  }
  if (location === undefined && conflict === undefined) {
    findings.push(new AnchoringError({ code: "SESSION_NOT_ANCHORED", sessionId }));
  }
  const confirmations = location && (await anchors.confirmationsOf(location));
  if (confirmations !== undefined && confirmations < required) {
    findings.push(new AnchoringError({ code: "SESSION_NOT_FINAL", sessionId, confirmations, required }));
  }
  return findings;
}

export function conclude(steps: readonly VerificationStep[], rest: Partial<Verification> = {}): Verification {
  return { verified: steps.every(({ findings }) => findings.length === 0), steps, ...rest };
}

/** A SessionError is a finding about the session; anything else is a fault of the check itself. */
export async function collectFindings<Value>(
  check: () => Value | Promise<Value>,
): Promise<{ value?: Value; findings: LucidError[] }> {
  try {
    return { value: await check(), findings: [] };
  } catch (error) {
    if (!(error instanceof SessionError) || error.code === "SESSION_NOT_FOUND") throw error;
    return { findings: [error] };
  }
}
