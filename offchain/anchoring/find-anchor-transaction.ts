import type { EventPosition } from "../contracts/contract-reader.ts";
import type { LucidAnchorsReader } from "../contracts/lucid-anchors/reader.ts";
import { EvmError } from "../evm/errors.ts";
import type { Session } from "../sessions/session.ts";
import type { AnchorLocation } from "./locate-anchor.ts";

/** In which transaction a session was anchored. Information for people: no verdict depends on it. */
export type AnchorTransaction = Pick<EventPosition, "txid" | "blockNumber">;

/**
 * Searches the logs for the event of an anchor whose fields are those of the session, or whose root is that of the
 * tree.
 *
 * @param onUnavailable called with the reason where the endpoint does not serve the logs
 * @returns Undefined where the endpoint has no such event.
 */
export async function findAnchorTransaction(
  anchors: LucidAnchorsReader,
  session: Session,
  { registeredAt, tree }: AnchorLocation,
  onUnavailable?: (reason: string) => void,
): Promise<AnchorTransaction | undefined> {
  try {
    const found =
      tree === undefined
        ? await anchors.findRegistration(session, registeredAt)
        : await anchors.findTree(tree.root, registeredAt);
    return found && { txid: found.txid, blockNumber: found.blockNumber };
  } catch (error) {
    if (!(error instanceof EvmError)) throw error;
    onUnavailable?.(`the transaction that anchored it is not shown: ${error.message}`);
    return undefined;
  }
}
