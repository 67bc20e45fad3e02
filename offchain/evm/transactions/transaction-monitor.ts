import { setTimeout as sleep } from "node:timers/promises";
import type { TransactionReceipt } from "ethers";
import { LucidError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import type { AnchorTransactionDocument } from "../../store/documents.ts";
import type { AnchorTransactions } from "../../store/repositories/anchor-transactions.ts";
import type { ChainProvider } from "../chain-provider.ts";
import { EvmError } from "../errors.ts";
import { isForGood } from "../node-errors.ts";
import { attemptsOf } from "./attempts-of.ts";
import { type ChainSnapshot, decide, isFinal, type MonitorPolicy } from "./monitor-decision.ts";
import { observeTransactions } from "./observe-transactions.ts";
import { recordProgress } from "./record-progress.ts";
import type { TransactionWriter } from "./transaction-writer.ts";
import { type TransactionEvent, WatchedTransaction } from "./watched-transaction.ts";

/** Intervals and limits of the monitor; confirmations come from LUCID_CONFIRMATIONS. */
export const DEFAULT_PATIENCE = {
  /** A local chain answers at once, a public one has blocks of seconds. */
  pollMs: 250,
  resendAfterMs: 3_000,
  maxResends: 10,
  /** Five blocks of 12 s: a fair offer is mined by then. */
  bumpAfterMs: 60_000,
  /** A transaction that is not final by then is reported as timed out, and resumed by the next run. */
  timeoutMs: 10 * 60_000,
} as const;

export interface MonitorOptions extends MonitorPolicy {
  readonly pollMs: number;
}

export interface MonitorModules {
  readonly provider: ChainProvider;
  readonly transactions: AnchorTransactions;
  readonly writer: TransactionWriter;
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * Follows saved transactions until they are final: one loop per account, however many are in flight. The decisions are in
 * monitor-decision.ts; this class reads the chain, updates the store and sends bytes again.
 *
 * @example
 * const watched = monitor.watch(attempts);
 * for await (const { state, txid } of watched) console.log(txid, state);
 */
export class TransactionMonitor {
  readonly #options: MonitorOptions;
  readonly #modules: MonitorModules;
  readonly #watched = new Map<string, WatchedTransaction>();
  /** One for each account that is watched, until it has nothing left to watch. */
  readonly #loops = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(event: TransactionEvent) => void>();

  constructor(options: MonitorOptions, modules: MonitorModules) {
    this.#options = options;
    this.#modules = modules;
  }

  /** Calls back for every event of every transaction. @returns a function that ends this */
  onEvent(listener: (event: TransactionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether a nonce of an account is being watched. */
  isWatching(account: string, nonce: number): boolean {
    return this.#watched.has(keyOf(account, nonce));
  }

  /**
   * Watches a nonce until one of its attempts is final; the same nonce again gives the same watch.
   *
   * @param attempts saved with the nonce, oldest first; at least one
   * @throws {EvmError} MONITOR_CLOSED
   */
  watch(attempts: readonly AnchorTransactionDocument[]): WatchedTransaction {
    const fresh = new WatchedTransaction(attempts, this.#modules.now());
    if (this.#closing.signal.aborted) throw closedError(fresh);
    const key = keyOf(fresh.account, fresh.nonce);
    const watched = this.#watched.get(key) ?? fresh;
    if (watched !== fresh) watched.attempts = attempts;
    else {
      this.#watched.set(key, watched);
      this.#emit(watched, {});
    }
    const { account } = watched;
    if (!this.#loops.has(account)) this.#loops.set(account, this.#run(account));
    return watched;
  }

  /**
   * Ends every watch once the current snapshot has been handled; callers that wait get MONITOR_CLOSED. What is not final
   * is in the store, and the next run resumes it.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#loops.values());
    for (const one of this.#watched.values()) this.#end(one, closedError(one));
  }

  async #run(account: string): Promise<void> {
    const { signal } = this.#closing;
    let isBlind = false;
    for (;;) {
      const open = [...this.#watched.values()].filter((one) => one.account === account);
      if (open.length === 0 || signal.aborted) break;
      try {
        isBlind = await this.#poll(account, open, isBlind);
      } catch (error) {
        // A failure of the store, or a bug: callers that wait get it, unless the watch was closed in between.
        for (const one of open) this.#end(one, error);
      }
      await pause(this.#options.pollMs, signal);
    }
    this.#loops.delete(account);
  }

  /** @returns whether the chain could not be read */
  async #poll(account: string, open: readonly WatchedTransaction[], wasBlind: boolean): Promise<boolean> {
    try {
      const snapshots = await this.#observe(account, open);
      await allOf(open.map((one, i) => this.#advance(one, snapshots?.[i])));
      return snapshots === undefined;
    } catch (error) {
      if (!isOfTheChain(error)) throw error;
      if (!wasBlind) this.#modules.logger.warn({ account, reason: error.message }, "chain could not be read");
    }
    await allOf(open.map((one) => this.#advance(one, undefined)));
    return true;
  }

  async #observe(account: string, open: readonly WatchedTransaction[]): Promise<ChainSnapshot[] | undefined> {
    const at = this.#modules.now();
    const sought = open.map(({ nonce, attempts, watch, poolSeenAt }) => ({
      nonce,
      txids: attempts.map(({ _id }) => _id),
      wasMined: watch.state === "mined",
      // Nothing would be sent again sooner, so the pool need not be asked. With many in flight this saves most requests.
      isPoolKnown: poolSeenAt !== undefined && at - poolSeenAt < this.#options.resendAfterMs,
    }));
    const { provider } = this.#modules;
    const snapshots = await observeTransactions(provider, account, sought, this.#options.confirmations);
    for (const [i, one] of open.entries()) {
      if (snapshots?.[i]?.isInPool !== true) one.poolSeenAt = undefined;
      else if (sought[i]?.isPoolKnown !== true) one.poolSeenAt = at;
    }
    return snapshots;
  }

  async #advance(one: WatchedTransaction, snapshot: ChainSnapshot | undefined): Promise<void> {
    const { transactions, provider, now } = this.#modules;
    const before = one.watch;
    const { watch, action } = decide(before, { at: now(), chain: snapshot }, this.#options);
    const isElsewhere =
      watch.state !== before.state || watch.inclusion?.blockHash !== before.inclusion?.blockHash;
    if (isElsewhere && (watch.state === "replaced" || watch.state === "timed-out")) {
      // Another process may have made the attempt that was mined.
      const known = await attemptsOf(transactions, await this.#owner(one), one.nonce);
      const hasUnknown = known.some(({ _id }) => !one.attempts.some((attempt) => attempt._id === _id));
      one.attempts = known;
      if (hasUnknown && watch.state === "replaced") return;
    }
    if (isElsewhere) {
      // While the chain cannot be read, nothing more is requested.
      const isSought = snapshot !== undefined && watch.inclusion !== undefined;
      const found = isSought ? await provider.getTransactionReceipt(watch.inclusion.txid) : undefined;
      // Its block is gone since the snapshot, or the endpoint lacks it: the next snapshot decides.
      if (isSought && found?.blockHash !== watch.inclusion.blockHash) return;
      await this.#settle(one, watch, found ?? undefined);
    }
    if (action === "none") one.watch = watch;
    else one.watch = { ...watch, sentAt: now() };
    if (action === "none") return;
    const replacement = await this.#sendAgain(one, action);
    if (replacement !== undefined) one.attempts = [...one.attempts, replacement];
  }

  async #sendAgain(
    one: WatchedTransaction,
    action: "resend" | "bump" | "fillGap",
  ): Promise<AnchorTransactionDocument | undefined> {
    try {
      return await this.#modules.writer[action](one.attempts);
    } catch (error) {
      if (!(error instanceof LucidError)) throw error;
      // An open breaker, a refusal, an account without funds: the transaction waits unchanged, and its caller gets the reason.
      this.#modules.logger.warn(
        { account: one.account, nonce: one.nonce, reason: error.message },
        "not sent again",
      );
      one.lastError = error;
      return undefined;
    }
  }

  async #settle(
    one: WatchedTransaction,
    watch: WatchedTransaction["watch"],
    receipt: TransactionReceipt | undefined,
  ): Promise<void> {
    const { transactions, writer } = this.#modules;
    const { state, inclusion } = watch;
    const newest = one.attempts.at(-1) as AnchorTransactionDocument;
    const counting = one.attempts.find(({ _id }) => _id === inclusion?.txid) ?? newest;
    const explained =
      state === "failed" && inclusion !== undefined ? await writer.explain(counting, inclusion) : undefined;
    const failure = explained ?? (state === "timed-out" || state === "dropped" ? one.lastError : undefined);
    const error = state === "timed-out" ? undefined : failure?.message;
    await recordProgress(transactions, one.attempts, { state, txid: counting._id, receipt, error });
    one.watch = watch;
    if (isFinal(state)) this.#watched.delete(keyOf(one.account, one.nonce));
    this.#emit(one, { ...(receipt && { receipt }), ...(failure && { failure }) });
    if (state === "dropped" && isForGood(one.lastError)) await this.#fillGap(one);
  }

  async #fillGap(one: WatchedTransaction): Promise<void> {
    const filler = await this.#sendAgain(one, "fillGap");
    if (filler !== undefined) this.watch([...one.attempts, filler]);
  }

  #emit(one: WatchedTransaction, known: Pick<TransactionEvent, "receipt" | "failure">): void {
    const { account, nonce, attempts, watch } = one;
    const newest = attempts.at(-1) as AnchorTransactionDocument;
    const event: TransactionEvent = {
      state: watch.state,
      txid: watch.inclusion?.txid ?? newest._id,
      account,
      nonce,
      purpose: attempts.find(({ _id }) => _id === watch.inclusion?.txid)?.purpose ?? newest.purpose,
      at: this.#modules.now(),
      attempts: attempts.length,
      ...known,
    };
    one.emit(event);
    for (const listener of this.#listeners) listener(event);
  }

  #end(one: WatchedTransaction, fault: unknown): void {
    this.#watched.delete(keyOf(one.account, one.nonce));
    one.abort(fault);
  }

  async #owner({ account }: WatchedTransaction) {
    return { chainId: Number((await this.#modules.provider.getNetwork()).chainId), from: account };
  }
}

function closedError({ account, nonce, attempts }: WatchedTransaction): EvmError {
  const txid = (attempts.at(-1) as AnchorTransactionDocument)._id;
  return new EvmError({ code: "MONITOR_CLOSED", txid, account, nonce });
}

/** Ends early, without an error, if the signal is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Waits for all, also where one of them fails. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

const keyOf = (account: string, nonce: number) => `${account} ${nonce}`;

/** An endpoint's error or silence: the snapshot is taken again; it is not a bug. */
function isOfTheChain(error: unknown): error is Error {
  if (error instanceof LucidError) return error.code.startsWith("RPC_") || error.code === "BREAKER_OPEN";
  return error instanceof Error && "shortMessage" in error;
}
