import { slotAt } from "../slot-time.ts";
import type { ConfirmedBlocks } from "./confirmed-blocks.ts";

const MS_PER_SECOND = 1_000;

/**
 * The chain's first slot: that of the block which deployed LucidAnchors.
 *
 * @throws {ConsensusError} CHAIN_BLOCK_UNCONFIRMED, CHAIN_BLOCK_NOT_SHOWN
 */
export async function readFirstSlot(deploymentBlock: number, confirmed: ConfirmedBlocks): Promise<number> {
  await confirmed.requireConfirmed(deploymentBlock);
  return slotAt((await confirmed.at(deploymentBlock)).timestamp * MS_PER_SECOND);
}
