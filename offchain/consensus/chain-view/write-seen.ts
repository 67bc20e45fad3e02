import { StoreError } from "../../store/errors.ts";
import type { ConfirmedBlocks } from "./confirmed-blocks.ts";

/** Where on the chain a document of the store comes from. */
interface KeptPlace {
  readonly blockNumber: number;
  readonly blockHash: string;
}

/**
 * Writes what the chain says into the store, which refuses something else in the place of what is kept. Where the kept
 * document's block is no longer on the chain, that is the reason.
 *
 * @param findKept the document that a conflict was about, by its id
 * @throws {ConsensusError} CHAIN_REORGANISED_BELOW_CONFIRMATIONS
 * @throws {StoreError} STORE_CONFLICT where the kept block is still there: an endpoint left events out, or something
 * other than Lucid changed the store
 */
export async function writeSeen(
  write: () => Promise<unknown>,
  findKept: (id: string) => Promise<KeptPlace | undefined>,
  confirmed: ConfirmedBlocks,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof StoreError && error.details.code === "STORE_CONFLICT") {
      const kept = await findKept(error.details.id);
      if (kept !== undefined) await requireKept(kept, confirmed);
    }
    throw error;
  }
}

/** @throws {ConsensusError} CHAIN_REORGANISED_BELOW_CONFIRMATIONS, CHAIN_BLOCK_NOT_SHOWN */
function requireKept({ blockNumber, blockHash }: KeptPlace, confirmed: ConfirmedBlocks): Promise<void> {
  return confirmed.requireSame({ number: blockNumber, hash: blockHash });
}
