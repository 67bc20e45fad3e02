import { recoverAddress } from "../../sessions/recover-address.ts";
import type { SlotTallyHead } from "../../store/documents.ts";
import type { Store } from "../../store/store.ts";
import { ConsensusError } from "../errors.ts";
import type { RefusalCounts } from "../proofs/refusal-counts.ts";
import type { CountedBefore } from "../rules/relayed-bytes.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import { matchRecord } from "./match-record.ts";
import {
  type CountingClaim,
  readSlotInputs,
  type SlotInputs,
  type SlotInputsModules,
} from "./slot-inputs.ts";
import { readRecord } from "./slot-record.ts";

export interface ExamineModules extends SlotInputsModules {
  readonly store: SlotInputsModules["store"] & Pick<Store, "slotTallies">;
}

/** A slot's record, compared with the proofs in the store. */
export interface ExaminedRecord {
  readonly head: SlotTallyHead;
  /** The claims that count: those that the record counts, and all valid ones where it is not supported. */
  readonly claims: readonly CountingClaim[];
  readonly omittedCount: number;
  readonly omitted: readonly string[];
  readonly refusals: RefusalCounts;
  /** TALLY_DIFFERS where the record holds what no valid proof supports. */
  readonly fault: ConsensusError | undefined;
}

/**
 * Compares a slot's record with what counts by the proofs in the store.
 *
 * The proofs are read after the head: what its closer has seen can be seen by now.
 *
 * @param countedBefore what relayed bytes counted in the slots before
 * @throws {ConsensusError} SLOT_HEAD_UNKNOWN, and what the view of the chain throws
 */
export async function examineRecord(
  head: SlotTallyHead,
  countedBefore: CountedBefore,
  modules: ExamineModules,
): Promise<ExaminedRecord> {
  const inputs = await readSlotInputs(head._id, modules);
  return await compareRecord(head, inputs, countedBefore, modules);
}

/** The same with the slot's proofs read before. */
export async function compareRecord(
  head: SlotTallyHead,
  { claims, refusals }: SlotInputs,
  countedBefore: CountedBefore,
  { store, chain }: ExamineModules,
): Promise<ExaminedRecord> {
  const { _id: slot, closer } = head;
  const unsupported = (fault: ConsensusError): ExaminedRecord => {
    return { head, claims, omittedCount: 0, omitted: [], refusals, fault };
  };
  if (!isSigned(head, new MessageHasher(chain.domain))) {
    const reason = "its signature is not its closer's";
    return unsupported(new ConsensusError({ code: "TALLY_DIFFERS", slot, closer, reason }));
  }
  try {
    const { tallies } = await readRecord(store, head);
    const match = matchRecord({ head, tallies }, claims, countedBefore);
    if (!match.isSupported) {
      const { reason } = match;
      return unsupported(new ConsensusError({ code: "TALLY_DIFFERS", slot, closer, reason }));
    }
    const { kept, omittedCount, omitted } = match;
    return { head, claims: kept, omittedCount, omitted, refusals, fault: undefined };
  } catch (error) {
    if (error instanceof ConsensusError && error.code === "TALLY_DIFFERS") return unsupported(error);
    throw error;
  }
}

function isSigned(head: SlotTallyHead, hasher: MessageHasher): boolean {
  const { _id: slot, proofCount, proofsRoot, talliesRoot, entityCount } = head;
  const message = { slot, proofCount, proofsRoot, talliesRoot, entityCount };
  return (
    recoverAddress(hasher.digest({ name: "SlotTally", message }), head.closerSig).address === head.closer
  );
}
