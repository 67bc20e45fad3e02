import { isoTime } from "../../offchain/anchoring/iso-time.ts";
import type { Verification, VerifiedSubject } from "../../offchain/anchoring/verification.ts";
import type { Terminal } from "../run-task.ts";

/**
 * Prints a verification for people.
 *
 * @param isProof whether a proof file was checked, not a folder
 */
export function printVerification(verification: Verification, isProof: boolean, terminal: Terminal): void {
  const { checked, findings, anchor, otherContents } = verification;
  for (const subject of checked) {
    terminal.line(`${subject.padEnd(8)} ${outcomeOf(subject, verification)}`);
    for (const { code, message } of findings.filter((finding) => finding.subject === subject)) {
      terminal.line(`         ${code}: ${message}`);
    }
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

/** Only the owner's signature vouches for a manifest: without it, only the manifest's form was checked. */
function outcomeOf(subject: VerifiedSubject, { findings }: Verification): string {
  if (findings.some((finding) => finding.subject === subject)) return "DISAGREES";
  const isVouchedFor = !findings.some((finding) => finding.subject === "owner");
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
        ` It existed no later than ${isoTime(anchor.registeredAt)}, according to LucidAnchors ${contract.address} on chain ${contract.chainId}.`;
      const files =
        "A proof says nothing about the chunks' files; verify the session's folder to check them.";
      return [...(isProof ? [files] : []), `${vouched}${existed ?? ""}`];
    }
    case "unconfirmed":
      return [
        `Session ${sessionId} is consistent, but NOT confirmed: only the proof says that ${contract.address} is LucidAnchors, and anybody can deploy a contract that confirms everything.`,
        `Ask somebody you trust for the address and the chain (this is chain ${contract.chainId}), then verify with --contract ADDRESS, or set LUCID_ANCHORS_ADDRESS.`,
      ];
    case "not verified":
      return [`${sessionId === undefined ? "The session" : `Session ${sessionId}`} is NOT verified.`];
  }
}
