import type { AnchorTransactionDocument } from "../../store/documents.ts";
import type { Account, AnchorTransactions } from "../../store/repositories/anchor-transactions.ts";

/** Every attempt with a nonce, oldest first: a dropped one may be in some node's pool after all. */
export async function attemptsOf(
  transactions: AnchorTransactions,
  account: Account,
  nonce: number,
): Promise<AnchorTransactionDocument[]> {
  const { documents } = await transactions.byNonce(account, nonce);
  return [...documents].sort((a, b) => a.created_at - b.created_at || (a._id < b._id ? -1 : 1));
}
