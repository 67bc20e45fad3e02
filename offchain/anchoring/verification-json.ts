import { isoTime } from "./iso-time.ts";
import type { Verification } from "./verification.ts";

/** A verification for machines: the document of `session verify --json`. */
export function verificationJson(verification: Verification) {
  const { verdict, findings, sessionId, session, anchor, contract, otherContents } = verification;
  return {
    verified: verdict === "verified",
    verdict,
    session: sessionId,
    owner: session?.owner,
    anchor,
    anchoredAt: anchor && isoTime(anchor.registeredAt),
    contract,
    // The details of an error are beside its code, as in every document of a task that fails.
    findings: findings.map(({ details, ...finding }) => ({ ...details, ...finding })),
    otherContents,
  };
}
