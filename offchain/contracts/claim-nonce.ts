import type { ChainProvider } from "../evm/chain-provider.ts";
import { EvmError } from "../evm/errors.ts";
import type { AnchorTransactionDocument } from "../store/documents.ts";
import type { Account, AnchorTransactions } from "../store/repositories/anchor-transactions.ts";

/**
 * The nonce of the next new call: behind everything that the chain knows and everything that is saved, so that one
 * which failed to reach a node is not given away twice. What a node refused was never on its way: its nonce is free.
 *
 * @throws {EvmError} CHAIN_BEHIND when the chain knows fewer transactions than were confirmed before
 */
export async function nextNonce(
  provider: ChainProvider,
  transactions: AnchorTransactions,
  account: Account,
): Promise<number> {
  const [used, pending, saved] = await Promise.all([
    provider.getTransactionCount(account.from, "latest"),
    provider.getTransactionCount(account.from, "pending"),
    highestLive(transactions, account),
  ]);
  if (saved === undefined) return pending;
  const { nonce, status } = saved;
  const isOver = status === "confirmed" || status === "failed";
  if (isOver && used <= nonce) {
    throw new EvmError({ code: "CHAIN_BEHIND", account: account.from, used, confirmed: nonce + 1 });
  }
  return Math.max(pending, nonce + 1);
}

/** The saved attempt with the highest nonce that is not free again. */
async function highestLive(
  transactions: AnchorTransactions,
  account: Account,
): Promise<AnchorTransactionDocument | undefined> {
  const highest = await transactions.highestNonce(account);
  for (let nonce = highest ?? -1; nonce >= 0; nonce--) {
    const { documents } = await transactions.byNonce(account, nonce);
    const live =
      documents.find(({ status }) => status === "confirmed" || status === "failed") ??
      documents.find(({ status }) => status !== "dropped" && status !== "replaced");
    if (live !== undefined) return live;
    // Nothing was saved for it, or something else used it: the chain's count says more.
    if (documents.length === 0 || documents.some(({ status }) => status === "replaced")) return undefined;
  }
  return undefined;
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
