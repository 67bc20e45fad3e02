import { Transaction } from "ethers";
import type { AnchorTransactionDocument } from "../../store/documents.ts";
import type { AnchorTransactions } from "../../store/repositories/anchor-transactions.ts";
import { eachDocument } from "../../store/repositories/repository.ts";

/**
 * What was spent on gas since a time: what receipts say was paid, and for what is still in flight, however old, the
 * most that it may cost. Read from the saved attempts each time, so a crash between signing and a receipt forgets
 * nothing. Of the attempts with one nonce only one can be mined, so the dearest counts.
 *
 * @param chainId whose transactions in flight count
 * @param since Unix milliseconds, by the store's stamps
 * @returns wei
 */
export async function spentSince(
  transactions: AnchorTransactions,
  chainId: number,
  since: number,
): Promise<bigint> {
  const paid = new Map<string, bigint>();
  for await (const document of eachDocument((page) => transactions.all(page))) {
    if (document.created_at < since) break;
    const { gas_used: gas, effective_gas_price: price } = document;
    if (gas !== undefined && price !== undefined) paid.set(nonceOf(document), BigInt(gas) * price);
  }
  const reserved = new Map<string, bigint>();
  for await (const document of eachDocument((page) => transactions.unfinishedOfChain(chainId, page))) {
    if (document.status === "mined") continue;
    const most = mostItCosts(document);
    const nonce = nonceOf(document);
    if (most > (reserved.get(nonce) ?? 0n)) reserved.set(nonce, most);
  }
  let spent = 0n;
  for (const cost of paid.values()) spent += cost;
  for (const [nonce, cost] of reserved) if (!paid.has(nonce)) spent += cost;
  return spent;
}

const nonceOf = ({ chain_id, from_addr, nonce }: AnchorTransactionDocument) =>
  `${chain_id} ${from_addr} ${nonce}`;

/** The most that an attempt may cost, in wei: all of its gas at its cap. */
function mostItCosts({ raw_signed }: AnchorTransactionDocument): bigint {
  const { gasLimit, maxFeePerGas, gasPrice } = Transaction.from(raw_signed);
  return gasLimit * (maxFeePerGas ?? gasPrice ?? 0n);
}
