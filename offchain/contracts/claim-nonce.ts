import type { ChainProvider } from "../evm/chain-provider.ts";
import { EvmError } from "../evm/errors.ts";
import type { AnchorTransactionDocument } from "../store/documents.ts";
import type { Account, AnchorTransactions } from "../store/repositories/anchor-transactions.ts";
import { eachDocument } from "../store/repositories/repository.ts";

/**
 * The nonce of the next new call: the lowest that neither the chain nor a pool nor a saved attempt has. One that was
 * given up is given away again, before those behind it wait for it forever.
 *
 * @throws {EvmError} CHAIN_BEHIND when the chain knows fewer transactions than were confirmed before
 */
export async function nextNonce(
  provider: ChainProvider,
  transactions: AnchorTransactions,
  account: Account,
): Promise<number> {
  const [used, pending, confirmed] = await Promise.all([
    provider.getTransactionCount(account.from, "latest"),
    provider.getTransactionCount(account.from, "pending"),
    confirmedCount(transactions, account),
  ]);
  if (used < confirmed) {
    throw new EvmError({ code: "CHAIN_BEHIND", account: account.from, used, confirmed });
  }
  const live = new Set<number>();
  for await (const { nonce } of eachDocument((page) => transactions.unfinished(account, page)))
    live.add(nonce);
  let nonce = pending;
  while (live.has(nonce)) nonce += 1;
  return nonce;
}

/** How many nonces are used up for good, by what is saved. */
async function confirmedCount(transactions: AnchorTransactions, account: Account): Promise<number> {
  const highest = await transactions.highestNonce(account);
  for (let nonce = highest ?? -1; nonce >= 0; nonce--) {
    const { documents } = await transactions.byNonce(account, nonce);
    if (documents.some(({ status }) => status === "confirmed" || status === "failed")) return nonce + 1;
    // This store did not send what came before.
    if (documents.length === 0) return 0;
  }
  return 0;
}

/**
 * Whether another process saved an attempt with the same nonce first. Whoever saved later sees the other one; both
 * agree on who was earlier by the store's stamp.
 */
export async function isContested(
  transactions: AnchorTransactions,
  account: Account,
  own: AnchorTransactionDocument,
): Promise<boolean> {
  const { documents } = await transactions.byNonce(account, own.nonce);
  return documents.some(
    ({ _id, status, created_at }) =>
      _id !== own._id &&
      status !== "dropped" &&
      (created_at < own.created_at || (created_at === own.created_at && _id < own._id)),
  );
}
