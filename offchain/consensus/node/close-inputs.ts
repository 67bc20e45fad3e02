import type { Wallet } from "ethers";
import { ConsensusError } from "../errors.ts";
import type { CountedBefore } from "../rules/relayed-bytes.ts";
import { tallySlot } from "../rules/tally-slot.ts";
import { closingTime } from "../slot-time.ts";
import { signMessage } from "../typed-data/sign-message.ts";
import { compareRecord, type ExaminedRecord, type ExamineModules, examineRecord } from "./examine-record.ts";
import { proofsRoot, talliesRoot } from "./record-roots.ts";
import { readSlotInputs } from "./slot-inputs.ts";

export interface CloseModules extends ExamineModules {
  readonly store: ExamineModules["store"] & { now(): Promise<number> };
}

export interface ClosedInputs extends ExaminedRecord {
  /** Whether this call wrote the head. */
  readonly isOwn: boolean;
}

/**
 * Closes a slot's inputs: writes their record, or compares the one that another closer wrote before.
 *
 * @param countedBefore what relayed bytes counted in the slots before
 * @throws {ConsensusError} SLOT_STILL_OPEN, SLOT_HEAD_UNKNOWN, and what the view of the chain throws
 */
export async function closeInputs(
  slot: number,
  closer: Wallet,
  countedBefore: CountedBefore,
  modules: CloseModules,
): Promise<ClosedInputs> {
  const { store, chain } = modules;
  const [now, until] = [await store.now(), closingTime(slot)];
  if (now <= until) throw new ConsensusError({ code: "SLOT_STILL_OPEN", slot, action: "close", until, now });
  const before = await store.slotTallies.get(slot);
  if (before !== undefined) return { ...(await examineRecord(before, countedBefore, modules)), isOwn: false };

  const inputs = await readSlotInputs(slot, modules);
  const tallies = tallySlot(
    inputs.claims.map(({ counted }) => counted),
    countedBefore,
  );
  const roots = {
    proofCount: inputs.claims.length,
    proofsRoot: proofsRoot(inputs.claims.map(({ id }) => id)),
    talliesRoot: talliesRoot(tallies),
  };
  const message = { slot, ...roots, entityCount: tallies.length };
  const closerSig = await signMessage(closer, chain.domain, { name: "SlotTally", message });
  const own = { ...roots, closer: closer.address.toLowerCase(), closerSig };
  const { outcome, head } = await store.slotTallies.close(slot, own, tallies);
  // Whoever came first with another record may have seen proofs that could not be read a moment ago.
  if (outcome === "different")
    return { ...(await examineRecord(head, countedBefore, modules)), isOwn: false };
  return { ...(await compareRecord(head, inputs, countedBefore, modules)), isOwn: outcome === "closed" };
}
