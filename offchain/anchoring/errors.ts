import { type ErrorDetails, LucidError } from "../errors.ts";
import { isoTime } from "./iso-time.ts";

/** A content that its owner signed under a session's id, and since when the chain knows it. */
export interface SignedContent {
  readonly commitment: string;
  readonly manifestHash: string;
  /** Unix seconds; undefined where it is not known to be anchored. */
  readonly registeredAt: number | undefined;
}

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
  readonly transaction: string;
  readonly blockNumber: number;
  /** What the chain has instead. */
  readonly found: string;
}
interface ProofContractDiffers extends ErrorDetails {
  readonly code: "PROOF_CONTRACT_DIFFERS";
  readonly proven: string;
  readonly known: string;
}
interface ProofSessionDiffers extends ErrorDetails {
  readonly code: "PROOF_SESSION_DIFFERS";
  readonly field: string;
  readonly proven: string;
  readonly manifest: string;
}
interface ProofPathInvalid extends ErrorDetails {
  readonly code: "PROOF_PATH_INVALID";
  readonly sessionId: string;
  readonly commitment: string;
  readonly root: string;
}
interface TreeNotRegistered extends ErrorDetails {
  readonly code: "TREE_NOT_REGISTERED";
  readonly root: string;
  readonly contract: string;
}
interface SessionAltered extends ErrorDetails {
  readonly code: "SESSION_ALTERED";
  readonly sessionId: string;
  /** Of the manifest that was read. */
  readonly manifestHash: string;
  /** Of the manifest that the store recorded with a valid signature of the owner. */
  readonly signedHash: string;
}
interface SessionEquivocated extends ErrorDetails {
  readonly code: "SESSION_EQUIVOCATED";
  readonly sessionId: string;
  readonly owner: string;
  readonly earlier: SignedContent;
  readonly later: SignedContent;
}
interface SessionNotFinal extends ErrorDetails {
  readonly code: "SESSION_NOT_FINAL";
  readonly sessionId: string;
  readonly required: number;
}
interface SessionNamedTwice extends ErrorDetails {
  readonly code: "SESSION_NAMED_TWICE";
  readonly sessionId: string;
  readonly directories: readonly string[];
}
interface SessionsChanged extends ErrorDetails {
  readonly code: "SESSIONS_CHANGED";
  /** Of the tree that was about to be anchored. */
  readonly root: string;
  readonly changed: number;
  readonly sessions: number;
}
interface AnchorsNotEntered extends ErrorDetails {
  readonly code: "ANCHORS_NOT_ENTERED";
  readonly sessionIds: readonly string[];
  readonly tries: number;
}
interface SessionNotAnchored extends ErrorDetails {
  readonly code: "SESSION_NOT_ANCHORED";
  readonly sessionId: string;
  readonly commitment: string;
  readonly contract: string;
}
interface ProofTooLarge extends ErrorDetails {
  readonly code: "PROOF_TOO_LARGE";
  readonly sessionId: string;
  readonly bytes: number;
  readonly maximum: number;
}
interface SessionIdTaken extends ErrorDetails {
  readonly code: "SESSION_ID_TAKEN";
  readonly sessionId: string;
  readonly owner: string;
  /** Whose content the store has under this id. */
  readonly recordedOwner: string;
}
interface TreeTooLarge extends ErrorDetails {
  readonly code: "TREE_TOO_LARGE";
  readonly sessions: number;
  readonly maximum: number;
}
export type AnchoringErrorDetails =
  | ProofMalformed
  | ProofChainDiffers
  | ProofTransactionDiffers
  | ProofContractDiffers
  | ProofSessionDiffers
  | ProofPathInvalid
  | TreeNotRegistered
  | SessionAltered
  | SessionEquivocated
  | SessionsChanged
  | AnchorsNotEntered
  | SessionNotAnchored
  | SessionNotFinal
  | SessionNamedTwice
  | ProofTooLarge
  | SessionIdTaken
  | TreeTooLarge;

/** A failure in anchoring or verifying a session. */
export class AnchoringError extends LucidError<AnchoringErrorDetails> {
  constructor(details: AnchoringErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: AnchoringErrorDetails): string {
  switch (details.code) {
    case "PROOF_MALFORMED":
      return `${details.file} is not a session proof: ${details.reason}. Get the file again from the person who made it, or make it again: npx hardhat session proof SESSION --out FILE`;
    case "PROOF_CHAIN_DIFFERS":
      return `The proof is for chain ${details.proven}, but ON_SYSTEM_CHAIN_RPC serves chain ${details.connected}. Ask the person who told you the contract's address which chain it is on: anybody can start a chain with a contract at that address. Only if it is chain ${details.proven}, set ON_SYSTEM_CHAIN_RPC to an endpoint of that chain.`;
    case "PROOF_TRANSACTION_DIFFERS":
      return `The proof names transaction ${details.transaction} in block ${details.blockNumber}, but ${details.found}. The proof was made wrongly or altered; ask for a correct one.`;
    case "PROOF_SESSION_DIFFERS":
      return `The proof says ${details.field} ${details.proven}, but the manifest in it says ${details.manifest}. One of the two was changed when the proof was made, or later.`;
    case "PROOF_CONTRACT_DIFFERS":
      return `The proof is about a contract at ${details.proven}, but LucidAnchors is at ${details.known}. Anybody can deploy a contract that says yes: find out which address is the right one.`;
    case "PROOF_PATH_INVALID":
      return `The Merkle path of the proof does not lead from session ${details.sessionId} (commitment ${details.commitment}) to the root ${details.root}. The proof was altered, or made for another session.`;
    case "TREE_NOT_REGISTERED":
      return `No tree with the root ${details.root} is registered in LucidAnchors ${details.contract}. It was never anchored there, or a reorg removed it.`;
    case "SESSION_ALTERED":
      return `The manifest of session ${details.sessionId} hashes to ${details.manifestHash}, but its owner signed the one that hashes to ${details.signedHash}. It was altered after sealing: take the session's files from a copy that verifies.`;
    case "SESSION_EQUIVOCATED":
      return `${details.owner} signed two contents under the id of session ${details.sessionId}: ${orderText(details)}. Ask the owner which one counts; each is proven to have existed no later than its own time.`;
    case "SESSIONS_CHANGED":
      return `Another process anchors ${details.changed} of ${details.sessions} sessions of the tree ${details.root} at the same time. Nothing was sent. Wait until it has ended, then run this again: it anchors what is left.`;
    case "ANCHORS_NOT_ENTERED":
      return `Where ${details.sessionIds.length} session(s) were anchored could not be entered in the store, because another process changed their entries ${details.tries} times in a row (first: ${details.sessionIds[0]}). They are anchored on chain. Run npx hardhat session anchor again when the other process has ended: it enters what it finds, and sends nothing twice.`;
    case "SESSION_NOT_ANCHORED":
      return `This content of session ${details.sessionId} (commitment ${details.commitment}) is not registered in LucidAnchors ${details.contract}. If its files are those that were sealed, anchor it: npx hardhat session anchor ${details.sessionId}`;
    case "SESSION_NOT_FINAL":
      return `Session ${details.sessionId} is registered, but does not have ${details.required} confirmations yet (LUCID_CONFIRMATIONS): a reorg could still undo that. Verify it again later.`;
    case "SESSION_NAMED_TWICE":
      return `Session ${details.sessionId} was named twice, with different contents: ${details.directories.join(" and ")}. Name one of the two.`;
    case "PROOF_TOO_LARGE":
      return `The proof of session ${details.sessionId} would have ${details.bytes} bytes, more than the ${details.maximum} that a verifier accepts. Hand out the session's folder instead: npx hardhat session verify FOLDER`;
    case "SESSION_ID_TAKEN":
      return `The store has a content of ${details.recordedOwner} under the id of session ${details.sessionId}, whose owner is ${details.owner}. A store keeps one content for each id: anchor this one from another store (LUCID_STORE). On chain the two do not conflict.`;
    case "TREE_TOO_LARGE":
      return `A tree holds at most ${details.maximum} sessions, not ${details.sessions}. Anchor them in several trees.`;
  }
}

function orderText({ earlier, later }: Pick<SessionEquivocated, "earlier" | "later">): string {
  const isOrdered = earlier.registeredAt !== undefined && earlier.registeredAt !== later.registeredAt;
  return isOrdered
    ? `first ${contentText(earlier)}, then ${contentText(later)}`
    : `${contentText(earlier)} and ${contentText(later)}`;
}

function contentText({ commitment, registeredAt }: SignedContent): string {
  const since =
    registeredAt === undefined ? "not known to be anchored" : `registered at ${isoTime(registeredAt)}`;
  return `${commitment} (${since})`;
}
