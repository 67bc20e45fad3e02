import { type ErrorDetails, LucidError } from "../errors.ts";
import { isoTime } from "./iso-time.ts";

/** A content that its owner signed under a session's id, and since when the chain knows it. */
export interface SignedContent {
  readonly commitment: string;
  readonly manifestHash: string;
  /** Unix seconds; undefined where it is not known to be anchored. */
  readonly registeredAt: number | undefined;
}

/**
 * The file is not a session proof (docs/session-proof.md).
 * @remedy Get it again from the person who made it, or make it again: `npx hardhat session proof`.
 */
interface ProofMalformed extends ErrorDetails {
  readonly code: "PROOF_MALFORMED";
  readonly file: string;
  readonly reason: string;
}
/**
 * The proof is for another chain than the endpoint's.
 * @remedy Set `ON_SYSTEM_CHAIN_RPC` to that chain.
 */
interface ProofChainDiffers extends ErrorDetails {
  readonly code: "PROOF_CHAIN_DIFFERS";
  readonly proven: string;
  readonly connected: string;
}
/**
 * The transaction that the proof names is not in that block, or did not register this session.
 * @remedy Ask for a correct proof. The session's time does not depend on the transaction: without the two
 * fields the proof may be valid.
 */
interface ProofTransactionDiffers extends ErrorDetails {
  readonly code: "PROOF_TRANSACTION_DIFFERS";
  readonly transaction: string;
  readonly blockNumber: number;
  /** What the chain has instead. */
  readonly found: string;
}
/**
 * The proof is about another contract than the one that this installation knows.
 * @remedy Find out which address is right: anybody can deploy a contract that says yes.
 */
interface ProofContractDiffers extends ErrorDetails {
  readonly code: "PROOF_CONTRACT_DIFFERS";
  readonly proven: string;
  readonly known: string;
}
/**
 * The session of a proof is not that of the manifest in it, which the owner signed.
 * @remedy Ask for a valid proof; one of the two was changed when this one was made, or later.
 */
interface ProofSessionDiffers extends ErrorDetails {
  readonly code: "PROOF_SESSION_DIFFERS";
  readonly field: string;
  readonly proven: string;
  readonly manifest: string;
}
/**
 * The proof's Merkle path does not lead from the session to the root.
 * @remedy It was altered, or made for another session: ask for one that is right.
 */
interface ProofPathInvalid extends ErrorDetails {
  readonly code: "PROOF_PATH_INVALID";
  readonly sessionId: string;
  readonly commitment: string;
  readonly root: string;
}
/**
 * The proof's path is right, but no tree of that root is registered in LucidAnchors.
 * @remedy Ask the person who made the proof where the tree was anchored; a reorg may have removed it.
 */
interface TreeNotRegistered extends ErrorDetails {
  readonly code: "TREE_NOT_REGISTERED";
  readonly root: string;
  readonly contract: string;
}
/**
 * The manifest is not the one that the store recorded with its owner's valid signature: it was altered after
 * sealing.
 * @remedy Take the session's files from a copy that verifies.
 */
interface SessionAltered extends ErrorDetails {
  readonly code: "SESSION_ALTERED";
  readonly sessionId: string;
  /** Of the manifest that was read. */
  readonly manifestHash: string;
  /** Of the manifest that the store recorded with a valid signature of the owner. */
  readonly signedHash: string;
}
/**
 * The owner signed two contents under one id. Both are named, the one that was anchored earlier first.
 * @remedy Ask the owner which one counts. Each is proven to have existed no later than its own time.
 */
interface SessionEquivocated extends ErrorDetails {
  readonly code: "SESSION_EQUIVOCATED";
  readonly sessionId: string;
  readonly owner: string;
  readonly earlier: SignedContent;
  readonly later: SignedContent;
}
/**
 * The session was registered, but a reorg of fewer blocks than `LUCID_CONFIRMATIONS` could undo that.
 * @remedy Verify it again later.
 */
interface SessionNotFinal extends ErrorDetails {
  readonly code: "SESSION_NOT_FINAL";
  readonly sessionId: string;
  readonly required: number;
}
/**
 * Two folders with one session id and different contents were named.
 * @remedy Name one of the two.
 */
interface SessionNamedTwice extends ErrorDetails {
  readonly code: "SESSION_NAMED_TWICE";
  readonly sessionId: string;
  readonly directories: readonly string[];
}
/**
 * Another process anchors some of the same sessions at the same time, so the path of each to the new tree
 * could not be kept. Nothing was sent.
 * @remedy Wait until it has ended, then run the command again.
 */
interface SessionsChanged extends ErrorDetails {
  readonly code: "SESSIONS_CHANGED";
  /** Of the tree that was about to be anchored. */
  readonly root: string;
  readonly changed: number;
  readonly sessions: number;
}
/**
 * The sessions are anchored, but another process changed their entries in the store each time that this was
 * to be entered.
 * @remedy Run `session anchor` again when that process has ended: it looks the anchors up on chain, and sends
 * nothing twice.
 */
interface AnchorsNotEntered extends ErrorDetails {
  readonly code: "ANCHORS_NOT_ENTERED";
  readonly sessionIds: readonly string[];
  readonly tries: number;
}
/**
 * This content of the session is registered neither in its own slot nor in a tree that this store knows.
 * @remedy If its files are those that were sealed: `npx hardhat session anchor SESSION`. If it was anchored
 * in a tree, name the same sessions with `--tree`: their proofs are made again, and nothing is sent.
 */
interface SessionNotAnchored extends ErrorDetails {
  readonly code: "SESSION_NOT_ANCHORED";
  readonly sessionId: string;
  readonly commitment: string;
  readonly contract: string;
}
/**
 * The proof of a session with about 250,000 chunks or more would exceed 64 MiB, which verifiers refuse.
 * @remedy Hand out the session's folder.
 */
interface ProofTooLarge extends ErrorDetails {
  readonly code: "PROOF_TOO_LARGE";
  readonly sessionId: string;
  readonly bytes: number;
  readonly maximum: number;
}
/**
 * The store has another owner's content under this id; it keeps one content for each id.
 * @remedy Anchor this one from another store (`LUCID_STORE`). On chain the two do not conflict.
 */
interface SessionIdTaken extends ErrorDetails {
  readonly code: "SESSION_ID_TAKEN";
  readonly sessionId: string;
  readonly owner: string;
  /** Whose content the store has under this id. */
  readonly recordedOwner: string;
}
/**
 * A tree holds 2^20 sessions.
 * @remedy Anchor several trees.
 */
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
