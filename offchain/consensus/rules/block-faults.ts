import { recoverAddress } from "../../sessions/recover-address.ts";
import type { LeaderScheduleDocument, NewDecision, SlotBlock } from "../../store/documents.ts";
import { MAX_SESSIONS_PER_BATCH } from "../parameters.ts";
import type { MessageHasher } from "../typed-data/message-hasher.ts";
import { type BlockRecord, blockHash, type ListedSession, parseBlockBody } from "./block-record.ts";
import { candidacyOf, type TimeWindow } from "./candidacy.ts";

/** Every reason for which a validator refuses a slot's block. */
export type BlockFault =
  /** The slot was decided otherwise than its inputs lead to. */
  | { readonly code: "DECISION_NOT_REPRODUCED"; readonly expected: string; readonly found: string }
  /** The slot was taken by an entity that was not a candidate. */
  | { readonly code: "WINNER_NOT_CANDIDATE"; readonly winner: string }
  /** The slot was taken at another candidate's time. */
  | { readonly code: "TAKEN_OUTSIDE_WINDOW"; readonly takenAt: number; readonly window: TimeWindow }
  /** The block has a hash that is not its body's. */
  | { readonly code: "BLOCK_HASH_WRONG"; readonly expected: string; readonly found: string }
  /** The block has a body that is not a record in canonical JSON. */
  | { readonly code: "BLOCK_BODY_MALFORMED"; readonly reason: string }
  /** The block says another slot, previous block, winner, reason or transcript than the schedule. */
  | {
      readonly code: "BLOCK_FIELD_WRONG";
      readonly field: "slot" | "previous" | "winner" | "reason" | "transcriptHash";
      readonly expected: string;
      readonly found: string;
    }
  /** The block is not signed by its signer. */
  | { readonly code: "BLOCK_SIGNATURE_WRONG"; readonly signer: string; readonly recovered?: string }
  /** The block is signed by a node that does not act for the winner, or is not admitted. */
  | { readonly code: "SIGNER_NOT_ACTING"; readonly signer: string; readonly winner: string }
  /** The block lists more than 500 sessions. */
  | { readonly code: "BLOCK_TOO_LARGE"; readonly sessions: number }
  /** The block lists a session twice. */
  | { readonly code: "SESSION_LISTED_TWICE"; readonly sessionId: string }
  /** The block lists sessions without a transaction, or names one without sessions. */
  | { readonly code: "TRANSACTION_MISPLACED"; readonly sessions: number }
  /** The block names a transaction that is not mined; the one fault that may be over a moment later. */
  | { readonly code: "TRANSACTION_NOT_MINED"; readonly txid: string }
  /** The block names a transaction that failed. */
  | { readonly code: "TRANSACTION_REVERTED"; readonly txid: string }
  /** The block lists a content that the store does not have under that id. */
  | { readonly code: "SESSION_FOREIGN"; readonly sessionId: string; readonly commitment: string }
  /** The block lists a content that LucidAnchors does not have. */
  | { readonly code: "SESSION_UNREGISTERED"; readonly sessionId: string; readonly commitment: string }
  /** The block does not list a content that its transaction registered. */
  | { readonly code: "SESSION_UNLISTED"; readonly commitment: string }
  /**
   * The block leaves out a session that was queued more than 5 s before the slot was taken, and is older than a
   * listed one, or there was room for it.
   */
  | { readonly code: "SESSION_LEFT_OUT"; readonly sessionId: string; readonly commitment: string };

/** A slot that was taken and has a block. */
export type LedSlot = LeaderScheduleDocument & {
  readonly result: NonNullable<LeaderScheduleDocument["result"]> & { readonly winner: string };
  readonly block: SlotBlock;
};

/** What the slot's record is held to. */
export interface RecordEvidence {
  /** The decision as the validator reached it. */
  readonly decision: Pick<NewDecision, "primary" | "fallbacks" | "transcript" | "transcriptHash">;
  /** Hash of the last block before the slot. */
  readonly previous: string;
  /** Whether the signer acts for the winner in the slot, and is admitted. */
  readonly isSignerActing: boolean;
}

export type RecordVerdict =
  | { readonly record: BlockRecord; readonly fault?: never }
  | { readonly record?: never; readonly fault: BlockFault };

/** Holds a slot's record to its decision, and the block to both. @returns what the block says, or the first fault */
export function judgeRecord(led: LedSlot, evidence: RecordEvidence, hasher: MessageHasher): RecordVerdict {
  const takeFault = faultOfTake(led, evidence);
  if (takeFault !== undefined) return { fault: takeFault };
  const { block, result, slot } = led;
  const expected = blockHash(block.body);
  if (block.hash !== expected) return { fault: { code: "BLOCK_HASH_WRONG", expected, found: block.hash } };
  const { record, reason } = parseBlockBody(block.body);
  if (record === undefined) return { fault: { code: "BLOCK_BODY_MALFORMED", reason } };
  const { winner } = result;
  const wanted = {
    slot,
    previous: evidence.previous,
    winner,
    reason: result.reason,
    transcriptHash: evidence.decision.transcriptHash,
  };
  for (const [field, value] of Object.entries(wanted) as [keyof typeof wanted, string | number][]) {
    if (record[field] === value) continue;
    return {
      fault: { code: "BLOCK_FIELD_WRONG", field, expected: String(value), found: String(record[field]) },
    };
  }
  const fault = signatureFault(led, evidence, hasher) ?? listFault(record);
  return fault === undefined ? { record } : { fault };
}

function faultOfTake(led: LedSlot, { decision }: RecordEvidence): BlockFault | undefined {
  if (!isSameDecision(led, decision)) {
    const [expected, found] = [decision.transcriptHash, led.transcriptHash];
    return { code: "DECISION_NOT_REPRODUCED", expected, found };
  }
  const { winner, takenAt } = led.result;
  const candidacy = candidacyOf({ slot: led.slot, ...decision }, winner);
  if (candidacy === undefined) return { code: "WINNER_NOT_CANDIDATE", winner };
  const { window, reason } = candidacy;
  if (takenAt < window.from || takenAt >= window.until) {
    return { code: "TAKEN_OUTSIDE_WINDOW", takenAt, window };
  }
  if (led.result.reason === reason) return undefined;
  return { code: "BLOCK_FIELD_WRONG", field: "reason", expected: reason, found: led.result.reason };
}

function isSameDecision(stored: LeaderScheduleDocument, own: RecordEvidence["decision"]): boolean {
  return (
    stored.transcriptHash === own.transcriptHash &&
    stored.transcript === own.transcript &&
    stored.primary === own.primary &&
    stored.fallbacks.join() === own.fallbacks.join()
  );
}

function signatureFault(
  { slot, block, result }: LedSlot,
  { isSignerActing }: RecordEvidence,
  hasher: MessageHasher,
): BlockFault | undefined {
  const { signer, hash, signature } = block;
  const digest = hasher.digest({ name: "SlotBlock", message: { slot, blockHash: hash } });
  const { address } = recoverAddress(digest, signature);
  if (address !== signer) {
    return { code: "BLOCK_SIGNATURE_WRONG", signer, ...(address !== undefined && { recovered: address }) };
  }
  return isSignerActing ? undefined : { code: "SIGNER_NOT_ACTING", signer, winner: result.winner };
}

function listFault({ sessions, txid }: BlockRecord): BlockFault | undefined {
  if (sessions.length > MAX_SESSIONS_PER_BATCH) return { code: "BLOCK_TOO_LARGE", sessions: sessions.length };
  const ids = new Set<string>();
  for (const [sessionId] of sessions) {
    if (ids.has(sessionId)) return { code: "SESSION_LISTED_TWICE", sessionId };
    ids.add(sessionId);
  }
  const isMisplaced = (txid === undefined) !== (sessions.length === 0);
  return isMisplaced ? { code: "TRANSACTION_MISPLACED", sessions: sessions.length } : undefined;
}

/** What the listed sessions are held to. */
export interface PublicationEvidence {
  /** Commitments of the sessions that the store has under the listed ids. */
  readonly stored: ReadonlyMap<string, string>;
  /** Of the listed commitments, those that the chain has. */
  readonly registered: ReadonlySet<string>;
  /** Undefined where the transaction is not mined. */
  readonly transaction: MinedTransaction | undefined;
}

export interface MinedTransaction {
  readonly succeeded: boolean;
  /** Commitments of the sessions that it gave a slot. */
  readonly commitments: readonly string[];
}

/** Holds what a block lists to the chain and the store. */
export function publicationFault(
  { txid, sessions }: BlockRecord,
  { stored, registered, transaction }: PublicationEvidence,
): BlockFault | undefined {
  if (txid === undefined) return undefined;
  if (transaction === undefined) return { code: "TRANSACTION_NOT_MINED", txid };
  if (!transaction.succeeded) return { code: "TRANSACTION_REVERTED", txid };
  const isForeign = ([sessionId, commitment]: ListedSession) => stored.get(sessionId) !== commitment;
  const foreign = sessions.find(isForeign);
  if (foreign !== undefined) return faultOf("SESSION_FOREIGN", foreign);
  const listed = new Set(sessions.map(([, commitment]) => commitment));
  const unlisted = transaction.commitments.find((commitment) => !listed.has(commitment));
  if (unlisted !== undefined) return { code: "SESSION_UNLISTED", commitment: unlisted };
  const missing = sessions.find(([, commitment]) => !registered.has(commitment));
  return missing && faultOf("SESSION_UNREGISTERED", missing);
}

export function faultOf<Code extends "SESSION_FOREIGN" | "SESSION_UNREGISTERED" | "SESSION_LEFT_OUT">(
  code: Code,
  [sessionId, commitment]: ListedSession,
) {
  return { code, sessionId, commitment } as const;
}
