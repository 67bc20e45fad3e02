import { Transaction } from "ethers";
import type { AnchorTransactionDocument } from "../../store/documents.ts";
import { type AnchorTransactions, isDecided } from "../../store/repositories/anchor-transactions.ts";
import { eachDocument } from "../../store/repositories/repository.ts";

export interface SpentRequest {
  readonly chainId: number;
  /** Unix milliseconds, by the store's stamps. */
  readonly since: number;
  /** Attempts that were saved later than this are left out. @default none */
  readonly upTo?: AnchorTransactionDocument;
}

/**
 * What was spent on gas on a chain since a time: the cost in receipts, plus the maximum cost of everything still in
 * flight, however old. Computed from the saved attempts each time, so a crash between signing and a receipt loses
 * nothing.
 *
 * A mined transaction counts from its block on. The store does not have the block's time, but stamps the moves to
 * `mined` and `confirmed`: counted from the last of them, an amount counts for an hour and the time that the
 * confirmations take, never shorter.
 * Of the attempts with one nonce only one can be mined, so the highest counts.
 *
 * @returns wei
 */
export async function spentSince(
  transactions: AnchorTransactions,
  { chainId, since, upTo }: SpentRequest,
): Promise<bigint> {
  const paid = new Map<string, bigint>();
  for await (const document of paidSince(transactions, chainId, since)) {
    const { gas_used: gas, effective_gas_price: price } = document;
    if (gas !== undefined && price !== undefined) paid.set(nonceOf(document), BigInt(gas) * price);
  }
  const reserved = new Map<string, bigint>();
  for await (const document of eachDocument((page) => transactions.unfinishedOfChain(chainId, page))) {
    if (document.status === "mined" || (upTo !== undefined && isLater(document, upTo))) continue;
    const cost = maxCost(document);
    const nonce = nonceOf(document);
    if (cost > (reserved.get(nonce) ?? 0n)) reserved.set(nonce, cost);
  }
  let spent = 0n;
  for (const cost of paid.values()) spent += cost;
  for (const [nonce, cost] of reserved) if (!paid.has(nonce)) spent += cost;
  return spent;
}

/** Attempts signed since then, and earlier ones whose status has changed since then, from the highest nonce down. */
async function* paidSince(
  transactions: AnchorTransactions,
  chainId: number,
  since: number,
): AsyncGenerator<AnchorTransactionDocument> {
  for await (const document of eachDocument((page) => transactions.all(page))) {
    if (document.created_at < since) break;
    if (document.chain_id === chainId) yield document;
  }
  for await (const from of transactions.accounts(chainId)) {
    for await (const document of eachDocument((page) =>
      transactions.byNonceDescending({ chainId, from }, page),
    )) {
      // Blocks use nonces in order: a transaction with a lower one was mined before this.
      if (isDecided(document) && document.updated_at < since) break;
      if (document.updated_at >= since) yield document;
    }
  }
}

const isLater = (one: AnchorTransactionDocument, than: AnchorTransactionDocument) =>
  one.created_at > than.created_at || (one.created_at === than.created_at && one._id > than._id);

const nonceOf = ({ chain_id, from_addr, nonce }: AnchorTransactionDocument) =>
  `${chain_id} ${from_addr} ${nonce}`;

/** The maximum cost of an attempt, in wei: its gas limit times its fee cap. */
export function maxCost({ raw_signed }: AnchorTransactionDocument): bigint {
  const { gasLimit, maxFeePerGas, gasPrice } = Transaction.from(raw_signed);
  return gasLimit * (maxFeePerGas ?? gasPrice ?? 0n);
}
