import { type ErrorDetails, LucidError } from "../errors.ts";

interface ProofMalformed extends ErrorDetails {
  readonly code: "PROOF_MALFORMED";
  readonly file: string;
  readonly reason: string;
}
interface ProofChainDiffers extends ErrorDetails {
  readonly code: "PROOF_CHAIN_DIFFERS";
  readonly proven: string;
  readonly connected: string;
}
interface ProofTransactionDiffers extends ErrorDetails {
  readonly code: "PROOF_TRANSACTION_DIFFERS";
  readonly proven: string;
  readonly found: string;
}
interface ProofContractDiffers extends ErrorDetails {
  readonly code: "PROOF_CONTRACT_DIFFERS";
  readonly proven: string;
  readonly trusted: string;
}
interface ProofSessionDiffers extends ErrorDetails {
  readonly code: "PROOF_SESSION_DIFFERS";
  readonly field: string;
  readonly proven: string;
  readonly manifest: string;
}
interface SessionNotFinal extends ErrorDetails {
  readonly code: "SESSION_NOT_FINAL";
  readonly sessionId: string;
  readonly confirmations: number;
  readonly required: number;
}
interface SessionNamedTwice extends ErrorDetails {
  readonly code: "SESSION_NAMED_TWICE";
  readonly sessionId: string;
  readonly directories: readonly string[];
}
interface SessionNotAnchored extends ErrorDetails {
  readonly code: "SESSION_NOT_ANCHORED";
  readonly sessionId: string;
}
interface SessionSquatted extends ErrorDetails {
  readonly code: "SESSION_SQUATTED";
  readonly sessionId: string;
  readonly standing: string;
  readonly offered: string;
}
interface SessionConflicts extends ErrorDetails {
  readonly code: "SESSION_CONFLICTS";
  readonly sessionId: string;
  readonly standing: string;
  readonly txid: string;
  readonly blockNumber: number;
  /** Which content was anchored first. */
  readonly earlier: "that one" | "this one";
}
interface TreeTooLarge extends ErrorDetails {
  readonly code: "TREE_TOO_LARGE";
  readonly sessions: number;
  readonly most: number;
}
interface ChunkProofRefused extends ErrorDetails {
  readonly code: "CHUNK_PROOF_REFUSED";
  readonly sessionId: string;
  readonly idx: number;
}
export type AnchoringErrorDetails =
  | ProofMalformed
  | ProofChainDiffers
  | ProofTransactionDiffers
  | ProofContractDiffers
  | ProofSessionDiffers
  | SessionNotAnchored
  | SessionNotFinal
  | SessionNamedTwice
  | SessionSquatted
  | SessionConflicts
  | TreeTooLarge
  | ChunkProofRefused;

/** What goes wrong on a session's way from its manifest to the chain and back. */
export class AnchoringError extends LucidError<AnchoringErrorDetails> {
  constructor(details: AnchoringErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: AnchoringErrorDetails): string {
  switch (details.code) {
    case "PROOF_MALFORMED":
      return `${details.file} is no session proof: ${details.reason}. Make it again with: npx hardhat session proof SESSION --out FILE`;
    case "PROOF_CHAIN_DIFFERS":
      return `The proof is for chain ${details.proven}, but ON_SYSTEM_CHAIN_RPC serves chain ${details.connected}. Set it to an endpoint of chain ${details.proven}.`;
    case "PROOF_TRANSACTION_DIFFERS":
      return `The proof names transaction ${details.proven}, but the session was anchored in ${details.found}. Make the proof again.`;
    case "PROOF_SESSION_DIFFERS":
      return `The proof says ${details.field} ${details.proven}, but the manifest that the owner signed says ${details.manifest}. Whoever made the proof, or anchored the session, changed it.`;
    case "PROOF_CONTRACT_DIFFERS":
      return `The proof is about a contract at ${details.proven}, but LucidAnchors is at ${details.trusted}. Anybody can deploy a contract that says yes: find out which address is the right one.`;
    case "SESSION_NOT_ANCHORED":
      return `Session ${details.sessionId} is not anchored on this chain. Anchor it first: npx hardhat session anchor ${details.sessionId}`;
    case "SESSION_NOT_FINAL":
      return `Session ${details.sessionId} is anchored, but its block has ${details.confirmations} of ${details.required} confirmations (LUCID_CONFIRMATIONS). Verify it again later.`;
    case "SESSION_NAMED_TWICE":
      return `Session ${details.sessionId} was named twice, with different contents: ${details.directories.join(" and ")}. Name the one that its owner signed.`;
    case "SESSION_SQUATTED":
      return `Session ${details.sessionId} cannot be anchored: another content (${details.standing}) stands under its id, this one is ${details.offered}. Seal the recording again, under a new id, and anchor that.`;
    case "SESSION_CONFLICTS":
      return `Another content (${details.standing}) was anchored under the id of session ${details.sessionId} in block ${details.blockNumber} (transaction ${details.txid}); ${details.earlier} was first. Ask whoever holds that manifest for it: only one of the two has the owner's signature.`;
    case "TREE_TOO_LARGE":
      return `A tree holds at most ${details.most} sessions, not ${details.sessions}. Anchor them in several trees.`;
    case "CHUNK_PROOF_REFUSED":
      return `The chain does not accept the proof that chunk ${details.idx} of session ${details.sessionId} is possessed, although its file fits the manifest. Check that the session on chain is this one: npx hardhat session verify ${details.sessionId}`;
  }
}
