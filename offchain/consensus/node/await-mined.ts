import type { TransactionReceipt } from "ethers";
import { EvmError } from "../../evm/errors.ts";
import type { TransactionEvent, WatchedTransaction } from "../../evm/transactions/watched-transaction.ts";
import type { Clock } from "./clock.ts";

/** What is waited for, and how long. */
export interface Waiting {
  /** Unix milliseconds of the clock. */
  readonly until: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until a transaction is mined, but no longer than to a time.
 *
 * @param contract that it calls
 * @returns the receipt; undefined where it is not mined by then
 * @throws {EvmError} TRANSACTION_FAILED, TRANSACTION_DROPPED, TRANSACTION_REPLACED, MONITOR_CLOSED, and others
 * @throws the signal's reason
 */
export async function awaitMined(
  transaction: WatchedTransaction,
  contract: string,
  waiting: Waiting,
): Promise<TransactionReceipt | undefined> {
  return await withinTime(firstMined(transaction, contract), waiting);
}

/**
 * The work's answer; undefined where it is not there by a time. What it fails with after that is not reported.
 *
 * @throws what the work throws, and the signal's reason
 */
export async function withinTime<Answer>(
  work: Promise<Answer>,
  { until, clock, signal }: Waiting,
): Promise<Answer | undefined> {
  const ended = new AbortController();
  const signals = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]);
  const timeout = clock.sleepUntil(until, signals).then(() => undefined);
  // Whichever of the two comes second is not waited for any more.
  for (const one of [work, timeout]) one.catch(() => undefined);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    ended.abort();
  }
}

async function firstMined(transaction: WatchedTransaction, contract: string): Promise<TransactionReceipt> {
  for await (const event of transaction) {
    if (event.state === "submitted" || event.state === "pending") continue;
    if (event.receipt === undefined || event.state === "dropped") throw failureOf(event);
    return requireEffect(event, event.receipt, contract);
  }
  throw new RangeError("a watch ends with a final event");
}

/** What was mined may have failed, or be the cancellation of what was sent. */
function requireEffect(event: TransactionEvent, receipt: TransactionReceipt, contract: string) {
  const { txid, account, nonce, purpose: action } = event;
  if (receipt.to?.toLowerCase() !== contract.toLowerCase()) {
    throw new EvmError({ code: "TRANSACTION_REPLACED", txid, account, nonce });
  }
  if (receipt.status === 1) return receipt;
  const { blockNumber } = receipt;
  throw (
    event.failure ??
    new EvmError({ code: "TRANSACTION_FAILED", txid, action, blockNumber, reason: "it reverted" })
  );
}

function failureOf({ state, txid, account, nonce, purpose: action, attempts, failure }: TransactionEvent) {
  if (failure !== undefined) return failure;
  return state === "replaced"
    ? new EvmError({ code: "TRANSACTION_REPLACED", txid, account, nonce })
    : new EvmError({ code: "TRANSACTION_DROPPED", txid, action, resends: attempts - 1 });
}
