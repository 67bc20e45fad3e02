import type { HeadBlock } from "../chain-view/known-heads.ts";
import { ConsensusError } from "../errors.ts";
import { WINDOW_LAG_SLOTS } from "../parameters.ts";
import { slotStart } from "../slot-time.ts";
import type { ChainView } from "./open-chain-view.ts";
import { readHead } from "./read-head.ts";

/** What a decision takes from the chain. */
export interface SlotSeed {
  /** headBlock(slot - 2), as of which nodes are admitted; undefined where the chain is younger. */
  readonly head: HeadBlock | undefined;
  /** slotHash(slot - 2); undefined where it was not known at the slot's start. */
  readonly seed: string | undefined;
}

/**
 * The seed of a slot. Whether it was known at the slot's start is told by the chain, the same for everybody at any time:
 * it was, if the first block after its head had its k confirmations by the timestamps of blocks before the slot's start.
 *
 * @throws {ConsensusError} SLOT_HEAD_UNKNOWN: nobody can tell yet
 */
export async function readSlotSeed(
  slot: number,
  { headBlocks, confirmed }: Pick<ChainView, "headBlocks" | "confirmed">,
): Promise<SlotSeed> {
  const seedSlot = slot - WINDOW_LAG_SLOTS;
  const head = await readHead(seedSlot, headBlocks);
  if (head === "before-chain") return { head: undefined, seed: undefined };
  // The first block after the head has k confirmations, its own included, with this one.
  const lastConfirmation = head.number + confirmed.confirmations;
  const newest = await confirmed.newest();
  if (newest === undefined || newest < lastConfirmation) {
    throw new ConsensusError({ code: "SLOT_HEAD_UNKNOWN", slot: seedSlot });
  }
  const { timestamp } = await confirmed.at(lastConfirmation);
  return { head, seed: timestamp * 1_000 < slotStart(slot) ? head.hash : undefined };
}
