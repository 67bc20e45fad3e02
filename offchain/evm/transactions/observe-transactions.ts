import { toQuantity } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";
import type { ChainSnapshot, Inclusion } from "./monitor-decision.ts";

/** A nonce that is watched, and every attempt that was made with it. */
export interface Sought {
  readonly nonce: number;
  readonly txids: readonly string[];
  /** Whether an attempt was seen in a block before. */
  readonly wasMined: boolean;
  /** Whether a pool held it so lately that none is asked again. */
  readonly isPoolKnown: boolean;
}

/** Endpoints, where there are several: answers of two are not one look. */
interface SeveralEndpoints {
  readonly endpoint?: string;
}

/**
 * Looks once for the transactions of an account. Asks little of the endpoint: for receipts only where the account's
 * count says that there may be some, for the pool only where nothing is mined.
 *
 * @returns One snapshot for each nonce, in their order; undefined where the endpoint changed meanwhile.
 */
export async function observeTransactions(
  provider: ChainProvider & SeveralEndpoints,
  account: string,
  sought: readonly Sought[],
  confirmations: number,
): Promise<ChainSnapshot[] | undefined> {
  const { endpoint } = provider;
  // The count first: asked in this order, a nonce that is used up implies a receipt that can be seen.
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
  // The head last: a depth that is counted from an older head would be too deep after a reorg.
  const head = await provider.getBlockNumber();
  const finalNonces = isUsedByOther ? await countAtDepth(provider, account, head, confirmations) : 0;
  if (isUsedByOther) {
    // A reorg between the two looks may have mined an attempt after all, or an index may lag behind its block:
    // that another one has the nonce for good is said only when both agree.
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

/** Nonces that are used up in the block which has its confirmations. */
async function countAtDepth(
  provider: ChainProvider,
  account: string,
  head: number,
  confirmations: number,
): Promise<number> {
  const block = head - Math.max(confirmations, 1) + 1;
  return block < 0 ? 0 : await provider.getTransactionCount(account, toQuantity(block));
}
