import type { SlotTally, SlotTallyHead } from "../../store/documents.ts";
import { StoreError } from "../../store/errors.ts";
import type { SlotTallies } from "../../store/slot-tally/slot-tallies.ts";
import { ConsensusError } from "../errors.ts";
import { talliesRoot } from "./record-roots.ts";

/** Where the records of closed slots come from: the store, or what an auditor puts in place of a wrong one. */
export type SlotRecords = Pick<SlotTallies, "get" | "range" | "tallies">;

/** The record of a closed slot: its head, and the tallies that its parts hold. */
export interface SlotRecord {
  readonly head: SlotTallyHead;
  readonly tallies: readonly SlotTally[];
}

/**
 * Reads the tallies of a closed slot, and holds them to the root in its head.
 *
 * @throws {ConsensusError} TALLY_DIFFERS where the parts are not those that the closer signed
 */
export async function readRecord(
  { slotTallies }: { readonly slotTallies: SlotRecords },
  head: SlotTallyHead,
): Promise<SlotRecord> {
  const tallies: SlotTally[] = [];
  const { _id: slot, closer } = head;
  try {
    if (head.parts.length > 0) for await (const tally of slotTallies.tallies(slot)) tallies.push(tally);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "STORE_TALLY_DAMAGED") throw error;
    throw new ConsensusError(
      { code: "TALLY_DIFFERS", slot, closer, reason: error.message },
      { cause: error },
    );
  }
  if (talliesRoot(tallies) === head.talliesRoot && tallies.length === head.entityCount) {
    return { head, tallies };
  }
  const reason = "its parts do not have the root that its head names";
  throw new ConsensusError({ code: "TALLY_DIFFERS", slot, closer, reason });
}
