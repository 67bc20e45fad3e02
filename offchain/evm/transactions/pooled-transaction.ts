import { toQuantity } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";
import { isQuantity, isRecord } from "../endpoints/plausible-answer.ts";
import type { FeeFloor } from "./bump-fees.ts";

/** A transaction that a node's pool holds, and what it offers. */
export interface PooledTransaction extends FeeFloor {
  readonly txid: string;
}

/**
 * The transaction with a nonce that the node's pool holds, no matter who sent it; undefined if it holds none or the node
 * has no method to read it. Asks `eth_getTransactionBySenderAndNonce` (reth, Nethermind), then `txpool_contentFrom`
 * (go-ethereum, reth, Erigon, anvil).
 *
 * @param account in lower case
 */
export async function pooledTransaction(
  provider: ChainProvider,
  account: string,
  nonce: number,
): Promise<PooledTransaction | undefined> {
  const direct = await ask(provider, "eth_getTransactionBySenderAndNonce", [account, toQuantity(nonce)]);
  if (isRecord(direct) && direct.blockNumber == null) return read(direct);
  const content = await ask(provider, "txpool_contentFrom", [account]);
  if (!isRecord(content)) return undefined;
  for (const part of [content.pending, content.queued]) {
    // Keys are decimal nonces.
    if (isRecord(part) && isRecord(part[nonce])) return read(part[nonce]);
  }
  return undefined;
}

async function ask(provider: ChainProvider, method: string, params: unknown[]): Promise<unknown> {
  try {
    return await provider.send(method, params);
  } catch {
    // Few endpoints offer these methods. Without an answer the offer is raised step by step.
    return undefined;
  }
}

function read(transaction: Record<string, unknown>): PooledTransaction | undefined {
  const { hash, maxFeePerGas, maxPriorityFeePerGas, gasPrice } = transaction;
  const feeCap = maxFeePerGas ?? gasPrice;
  const tip = maxPriorityFeePerGas ?? feeCap;
  if (typeof hash !== "string" || !isQuantity(feeCap) || !isQuantity(tip)) return undefined;
  return { txid: hash, feeCap: BigInt(feeCap), tip: BigInt(tip) };
}
