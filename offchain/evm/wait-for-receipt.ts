import { setTimeout as sleep } from "node:timers/promises";
import type { Provider, TransactionReceipt } from "ethers";
import { EvmError } from "./errors.ts";

/** How often the chain is asked, in ms: a local chain answers at once, a public one has blocks of seconds. */
const POLL_INTERVAL_MS = 250;
/** A transaction that is not final by then is reported as such, and waited for again by the next run. */
export const FINALITY_TIMEOUT_MS = 10 * 60_000;

export interface WatchedTransaction {
  readonly txid: string;
  readonly account: string;
  readonly nonce: number;
  /** What it does, for the words of an error. */
  readonly action: string;
}

/**
 * Waits until a transaction has its confirmations, its own block counted as the first. A receipt that a reorg
 * takes away starts the count anew.
 *
 * @param timeoutMs @default FINALITY_TIMEOUT_MS
 * @throws {EvmError} TRANSACTION_FAILED when it reverted, TRANSACTION_REPLACED when its nonce was used by another
 * one, TRANSACTION_TIMED_OUT
 */
export async function waitForReceipt(
  provider: Provider,
  transaction: WatchedTransaction,
  confirmations: number,
  timeoutMs: number = FINALITY_TIMEOUT_MS,
): Promise<TransactionReceipt> {
  const { txid, account, nonce, action } = transaction;
  const started = Date.now();
  for (;;) {
    // The count first: asked in this order, a nonce that is used up implies a receipt that can be seen.
    const used = await provider.getTransactionCount(account, "latest");
    const receipt = await provider.getTransactionReceipt(txid);
    if (receipt === null && used > nonce) {
      throw new EvmError({ code: "TRANSACTION_REPLACED", txid, account, nonce });
    }
    if (receipt !== null && (await provider.getBlockNumber()) - receipt.blockNumber + 1 >= confirmations) {
      if (receipt.status === 1) return receipt;
      throw new EvmError({ code: "TRANSACTION_FAILED", txid, action, blockNumber: receipt.blockNumber });
    }
    const waitedMs = Date.now() - started;
    if (waitedMs > timeoutMs) {
      throw new EvmError({
        code: "TRANSACTION_TIMED_OUT",
        txid,
        action,
        waitedSeconds: Math.round(waitedMs / 1000),
      });
    }
    await sleep(POLL_INTERVAL_MS);
  }
}
