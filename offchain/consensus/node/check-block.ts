import { recordedOf } from "../../anchoring/recorded-session.ts";
import { sessionCommitment } from "../../sessions/session.ts";
import type { LeaderScheduleDocument, NewDecision } from "../../store/documents.ts";
import { actsFor } from "../rules/acting-node.ts";
import {
  type BlockFault,
  judgeRecord,
  type LedSlot,
  type PublicationEvidence,
  publicationFault,
} from "../rules/block-faults.ts";
import type { BlockRecord } from "../rules/block-record.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import { findLeftOut } from "./find-left-out.ts";
import type { DutyModules } from "./modules.ts";
import { blocksBefore, previousHash } from "./recent-blocks.ts";

/** What a validator makes of a slot. */
export type BlockCheck =
  /** Nobody took the slot, or whoever took it wrote no block (yet). */
  | { readonly verdict: "absent" }
  | { readonly verdict: "valid"; readonly blockHash: string }
  | { readonly verdict: "refused"; readonly blockHash: string; readonly fault: BlockFault };

export interface CheckModules extends Omit<DutyModules, "confirmed" | "clock"> {
  /** The decision about a slot, computed from the slot's inputs and not read from the schedule. */
  recomputeDecision(
    slot: number,
  ): Promise<Pick<NewDecision, "primary" | "fallbacks" | "transcript" | "transcriptHash">>;
}

/**
 * Checks a slot's block as a validator does before it signs: the decision, the record, the transaction and what it left
 * out. To be done in the slot: what was queued is known only until the next leader publishes it.
 *
 * TRANSACTION_NOT_MINED may be over a moment later; every other fault stays.
 *
 * @throws {StoreError}
 * @throws {EvmError} where the chain cannot be reached
 */
export async function checkBlock(slot: number, modules: CheckModules): Promise<BlockCheck> {
  const led = await modules.store.leaderSchedule.get(slot);
  if (led === undefined || !isLed(led)) return { verdict: "absent" };
  const blockHash = led.block.hash;
  const fault = await faultOfBlock(led, modules);
  return fault === undefined ? { verdict: "valid", blockHash } : { verdict: "refused", blockHash, fault };
}

/** Whether a slot was taken and has a block. */
export const isLed = (decided: LeaderScheduleDocument): decided is LedSlot =>
  decided.result?.winner !== undefined && decided.block !== undefined;

async function faultOfBlock(led: LedSlot, modules: CheckModules): Promise<BlockFault | undefined> {
  const { slot, result, block } = led;
  const { store, membership } = modules;
  const recent = await blocksBefore(store, slot);
  const registrations = await membership.registrationsAt(slot);
  const { record, fault } = judgeRecord(
    led,
    {
      decision: await modules.recomputeDecision(slot),
      previous: previousHash(recent),
      isSignerActing:
        actsFor(registrations, block.signer, result.winner) &&
        (await membership.isAdmitted(block.signer, slot)),
    },
    new MessageHasher(modules.domain),
  );
  if (record === undefined) return fault;
  const { gasUsed, ...evidence } = await publicationOf(record, modules);
  return (
    publicationFault(record, evidence) ??
    (await findLeftOut(record, { takenAt: result.takenAt, recent, gasUsed }, modules))
  );
}

/** What the chain and the store say about the sessions that a block lists. */
export async function publicationOf(
  { txid, sessions }: BlockRecord,
  { store, anchors }: Pick<CheckModules, "store" | "anchors">,
): Promise<PublicationEvidence & { readonly gasUsed: bigint }> {
  const entries = await store.sessions.getMany(sessions.map(([sessionId]) => sessionId));
  const stored = new Map(
    [...entries].map(([id, entry]) => [id, sessionCommitment(recordedOf(entry).session)]),
  );
  const commitments = sessions.map(([, commitment]) => commitment);
  const times = await anchors.registeredAtBatch(commitments);
  const registered = new Set(commitments.filter((_, at) => times[at] !== undefined));
  const receipt = txid === undefined ? undefined : await anchors.receiptOf(txid);
  const transaction = receipt && {
    succeeded: receipt.status === 1,
    commitments: anchors.commitmentsIn(receipt),
  };
  return { stored, registered, transaction, gasUsed: receipt?.gasUsed ?? 0n };
}
