import { toQuantity } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";
import type { ChainSnapshot, Inclusion } from "./monitor-decision.ts";

/** A nonce that is watched, and every attempt that was made with it. */
export interface Sought {
  readonly nonce: number;
  readonly txids: readonly string[];
  /** Whether an attempt was seen in a block before. */
  readonly wasMined: boolean;
  /** Whether a pool held it so recently that none is asked again. */
  readonly isPoolKnown: boolean;
}

/** Endpoints, where there are several: answers of two are not one snapshot. */
interface SeveralEndpoints {
  readonly endpoint?: string;
}

/**
 * Takes one snapshot of the transactions of an account. It asks for receipts only if the account's transaction count
 * says that there may be some, and for the pool only if nothing is mined, to save requests.
 *
 * @returns One snapshot for each nonce, in their order; undefined if the endpoint changed in between.
 */
export async function observeTransactions(
  provider: ChainProvider & SeveralEndpoints,
  account: string,
  sought: readonly Sought[],
  confirmations: number,
): Promise<ChainSnapshot[] | undefined> {
  const { endpoint } = provider;
  // The count first: in this order, a used nonce implies a receipt that can be read.
  const usedNonces = await provider.getTransactionCount(account, "latest");
  const inclusions = await Promise.all(
    sought.map(({ nonce, txids, wasMined }) =>
      usedNonces > nonce || wasMined ? findInclusion(provider, txids) : undefined,
    ),
  );
  const isUsedByOther = sought.some(({ nonce }, i) => usedNonces > nonce && inclusions[i] === undefined);
  const inPool = await Promise.all(
    sought.map(({ nonce, txids, isPoolKnown }, i) =>
      usedNonces > nonce || inclusions[i] !== undefined ? false : isPoolKnown || isInPool(provider, txids),
    ),
  );
  // The head last: a depth counted from an older head could be too large after a reorg.
  const head = await provider.getBlockNumber();
  const finalNonces = isUsedByOther ? await countAtDepth(provider, account, head, confirmations) : 0;
  if (isUsedByOther) {
    // A reorg between the two requests may have mined an attempt after all, or an index may lag behind its block:
    // only when both agree has another transaction used the nonce for good.
    for (const [i, { nonce, txids }] of sought.entries()) {
      if (finalNonces > nonce && inclusions[i] === undefined) {
        inclusions[i] = await findInclusion(provider, txids);
      }
    }
  }
  if (provider.endpoint !== endpoint) return undefined;
  return sought.map((_, i) => ({
    head,
    usedNonces,
    finalNonces,
    inclusion: inclusions[i],
    isInPool: inPool[i] as boolean,
  }));
}

async function findInclusion(
  provider: ChainProvider,
  txids: readonly string[],
): Promise<Inclusion | undefined> {
  // The newest attempt first: it pays most.
  for (const txid of txids.toReversed()) {
    const receipt = await provider.getTransactionReceipt(txid);
    if (receipt !== null) {
      const { blockNumber, blockHash, status } = receipt;
      return { txid, blockNumber, blockHash, succeeded: status === 1 };
    }
  }
  return undefined;
}

async function isInPool(provider: ChainProvider, txids: readonly string[]): Promise<boolean> {
  for (const txid of txids.toReversed()) if ((await provider.getTransaction(txid)) !== null) return true;
  return false;
}

/** Nonces that are used in the latest block that has its confirmations. */
async function countAtDepth(
  provider: ChainProvider,
  account: string,
  head: number,
  confirmations: number,
): Promise<number> {
  const block = head - Math.max(confirmations, 1) + 1;
  return block < 0 ? 0 : await provider.getTransactionCount(account, toQuantity(block));
}
