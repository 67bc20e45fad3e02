import type { SlotBlock } from "../../store/documents.ts";
import { StoreError } from "../../store/errors.ts";
import { blockWindow } from "../rules/candidacy.ts";
import type { Waiting } from "./await-mined.ts";
import type { DutyModules } from "./modules.ts";

/** Between two attempts: a database that elects another primary is back within seconds. */
const PAUSE_MS = 1_000;

/** A block, and whose. */
export interface BlockToWrite {
  readonly slot: number;
  /** Who took the slot. */
  readonly winner: string;
  readonly block: SlotBlock;
}

/**
 * Writes a slot's block within its deadline, by the store's clock. A store that does not answer is asked again: the slot
 * has one block, so writing it twice does no harm.
 *
 * @param waiting until when it is tried again
 * @returns whether the slot has this block
 * @throws {StoreError}
 * @throws the signal's reason
 */
export async function writeBlock(
  { slot, winner, block }: BlockToWrite,
  { leaderSchedule }: Pick<DutyModules["store"], "leaderSchedule">,
  { until, clock, signal }: Waiting,
): Promise<boolean> {
  for (;;) {
    try {
      const added = await leaderSchedule.addBlock(slot, { winner, block, window: blockWindow(slot) });
      // It may have been there already: the answer to an earlier attempt was lost.
      return added.swapped || added.document?.block?.signature === block.signature;
    } catch (error) {
      if (!mayHaveWritten(error) || clock.now() + PAUSE_MS >= until) throw error;
    }
    await clock.sleepUntil(clock.now() + PAUSE_MS, signal);
  }
}

const mayHaveWritten = (error: unknown) =>
  error instanceof StoreError &&
  (error.code === "STORE_UNREACHABLE" || error.code === "STORE_OUTCOME_UNKNOWN");
