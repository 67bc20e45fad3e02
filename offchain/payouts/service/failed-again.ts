import type { PayoutDocument } from "../../store/documents.ts";
import type { TronClient } from "../tron-client.ts";
import type { PayoutChain } from "./payout-chain.ts";

/**
 * Whether a failed payout may be tried again: not while its transaction may still be included, nor where the ledger knows
 * it as paid.
 *
 * @returns undefined where it stays failed; else whether its transaction was solidified without paying it
 */
export async function failedAgain(
  { _id, txid, expires_at: expiresAt = 0 }: PayoutDocument,
  ledger: string,
  { tron, chain }: { readonly tron: TronClient; readonly chain: PayoutChain },
): Promise<{ readonly isSolidified: boolean } | undefined> {
  // The transaction first: one that is included after the ledger was asked would be overlooked.
  const fate = txid === undefined ? undefined : await tron.fate(txid, expiresAt);
  if (fate?.kind === "open" || (await chain.isPaid(ledger, _id))) return undefined;
  return { isSolidified: fate?.kind === "solidified" };
}
