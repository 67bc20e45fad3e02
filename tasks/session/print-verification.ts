import { isoTime } from "../../offchain/anchoring/iso-time.ts";
import type { Verification, VerificationStep } from "../../offchain/anchoring/verification.ts";
import type { Terminal } from "../run-task.ts";

/**
 * Prints a verification for people.
 *
 * @param isProof whether a proof file was checked, not a folder
 */
export function printVerification(verification: Verification, isProof: boolean, terminal: Terminal): void {
  const { steps, anchor, otherContents } = verification;
  for (const step of steps) {
    terminal.line(`${step.subject.padEnd(8)} ${outcomeOf(step, steps)}`);
    for (const { code, message } of step.findings) terminal.line(`         ${code}: ${message}`);
  }
  if (anchor !== undefined) {
    const where = anchor.tree === undefined ? "in its own slot" : `in the tree ${anchor.tree.root}`;
    const transaction =
      anchor.txid === undefined ? "" : `, block ${anchor.blockNumber}, transaction ${anchor.txid}`;
    terminal.line(`anchored ${where}${transaction}`);
  }
  for (const { commitment, blockNumber, txid } of otherContents) {
    terminal.line(
      `note     Another content for the same owner and id (${commitment}) was registered in block ${blockNumber}, transaction ${txid}. Without its owner's signature it means nothing.`,
    );
  }
  for (const line of conclusionOf(verification, isProof)) terminal.line(line);
}

/** A manifest is what its owner's signature says it is: without that, all that was checked is its form. */
function outcomeOf({ subject, findings }: VerificationStep, steps: readonly VerificationStep[]): string {
  if (findings.length > 0) return "DISAGREES";
  const isVouchedFor = !steps.some((step) => step.subject === "owner" && step.findings.length > 0);
  return subject === "manifest" && !isVouchedFor ? "well-formed, but see owner" : "ok";
}

function conclusionOf(
  { verdict, sessionId, session, anchor, contract }: Verification,
  isProof: boolean,
): string[] {
  switch (verdict) {
    case "verified": {
      const vouched = `Session ${sessionId} is verified: ${session?.owner} vouches for it.`;
      const existed =
        anchor &&
        ` It existed no later than ${isoTime(anchor.registeredAt)}, by the word of LucidAnchors ${contract.address} on chain ${contract.chainId}.`;
      const files = "A proof says nothing of the chunks' files; the session's folder shows those.";
      return [...(isProof ? [files] : []), `${vouched}${existed ?? ""}`];
    }
    case "unconfirmed":
      return [
        `Session ${sessionId} is consistent, but NOT confirmed: only the proof says that ${contract.address} is LucidAnchors, and anybody can deploy a contract that says yes.`,
        `Find out from somebody you trust the address and the chain (this is chain ${contract.chainId}), then verify with --contract ADDRESS, or set LUCID_ANCHORS_ADDRESS.`,
      ];
    case "not verified":
      return [`${sessionId === undefined ? "The session" : `Session ${sessionId}`} is NOT verified.`];
  }
}

/** The same for machines. */
export function verificationJson(verification: Verification) {
  const { verdict, steps, sessionId, session, anchor, contract, otherContents } = verification;
  const findings = steps.flatMap(({ subject, findings }) =>
    findings.map(({ code, message, details }) => ({ subject, ...details, code, message })),
  );
  return {
    verified: verdict === "verified",
    verdict,
    session: sessionId,
    owner: session?.owner,
    anchor,
    anchoredAt: anchor && isoTime(anchor.registeredAt),
    contract,
    findings,
    otherContents,
  };
}
