import type { ConfirmedBlocks } from "./confirmed-blocks.ts";
import type { EventPlace, EventSource } from "./event-cursor.ts";

/**
 * The block that deployed LucidAnchors, by the first event that the contract left: its constructor grants ADMIN. A node
 * that knows the contract by its address alone finds the same block as one that has a record of the deployment; it has to,
 * because the chain's first slot follows from it.
 *
 * @param knownBlock a block that is no later; 0 where no record says which
 * @param adminChanges changes of ADMIN of LucidAnchors
 * @returns undefined while no confirmed block has the event
 * @throws {ConsensusError} CHAIN_BLOCK_NOT_SHOWN where the endpoint may have left events out
 */
export async function readDeploymentBlock(
  knownBlock: number,
  confirmed: ConfirmedBlocks,
  adminChanges: EventSource<EventPlace>,
): Promise<number | undefined> {
  const newest = await confirmed.newest();
  if (newest === undefined) return undefined;
  for await (const page of adminChanges({ fromBlock: knownBlock, toBlock: newest })) {
    await confirmed.at(newest);
    const [first] = page.map(({ blockNumber }) => blockNumber).sort((a, b) => a - b);
    if (first !== undefined) return first;
  }
  return undefined;
}
