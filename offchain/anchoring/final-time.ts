import { ContractError } from "../contracts/errors.ts";
import type { LucidAnchorsReader } from "../contracts/lucid-anchors/reader.ts";
import { EvmError } from "../evm/errors.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import type { AnchorLocation } from "./locate-anchor.ts";

/**
 * Since when the chain knows a session, as of the block with `confirmations` confirmations (the latest one has 1): no
 * reorg of fewer blocks can undo that. A promotion since then may have lowered the time; that is not final yet. Needs no
 * logs.
 *
 * @returns Unix seconds; undefined where the chain did not know the session then.
 * @throws {EvmError}
 */
export async function finalTime(
  anchors: LucidAnchorsReader,
  session: Session,
  { registeredAt, tree }: AnchorLocation,
  confirmations: number,
): Promise<number | undefined> {
  const boundary = (await anchors.head()) - (confirmations - 1);
  if (boundary < 0) return undefined;
  try {
    return tree === undefined
      ? await anchors.registeredAt(sessionCommitment(session), boundary)
      : (await anchors.treeOf(tree.root, boundary))?.registeredAt;
  } catch (error) {
    const isWithoutState = error instanceof EvmError || error instanceof ContractError;
    if (!isWithoutState) throw error;
    // Either the contract is younger than that block, or the node keeps no state of it. Nodes that keep no old state
    // still know when a block was made: an entry with an earlier time was registered before it.
    const time = await anchors.blockTime(boundary);
    return time !== undefined && registeredAt < time ? registeredAt : undefined;
  }
}
