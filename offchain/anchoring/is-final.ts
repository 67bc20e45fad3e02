import { ContractError } from "../contracts/errors.ts";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import { EvmError } from "../evm/errors.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import type { AnchorLocation } from "./locate-anchor.ts";

/**
 * Whether the chain gave the same answer `confirmations` blocks ago, the latest block counted: what no reorg of fewer
 * blocks can take away. Needs no logs.
 *
 * @throws {EvmError}
 */
export async function isFinal(
  anchors: LucidAnchorsClient,
  session: Session,
  { registeredAt, tree }: AnchorLocation,
  confirmations: number,
): Promise<boolean> {
  const boundary = (await anchors.head()) - (confirmations - 1);
  if (boundary < 0) return false;
  try {
    const then =
      tree === undefined
        ? await anchors.registeredAt(sessionCommitment(session), boundary)
        : (await anchors.treeOf(tree.root, boundary))?.registeredAt;
    return then !== undefined && then <= registeredAt;
  } catch (error) {
    // The contract was not deployed yet.
    if (error instanceof ContractError && error.code === "CONTRACT_FOREIGN") return false;
    if (!(error instanceof EvmError)) throw error;
    // Nodes that keep no old state still know when a block was: what is older was registered before it.
    const time = await anchors.blockTime(boundary);
    return time !== undefined && registeredAt < time;
  }
}
