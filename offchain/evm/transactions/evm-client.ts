import { Transaction, type TransactionReceipt, Wallet } from "ethers";
import type { LucidError } from "../../errors.ts";
import type { AnchorTransactionDocument, NewAnchorTransaction } from "../../store/documents.ts";
import type { Account } from "../../store/repositories/anchor-transactions.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { ChainProvider } from "../chain-provider.ts";
import { EvmError } from "../errors.ts";
import { type CallBounds, type CallLimit, readCallBounds } from "../gas/call-bounds.ts";
import type { GasNeed } from "../gas/gas-estimate.ts";
import type { GasEstimator } from "../gas/gas-estimator.ts";
import { tooLarge } from "../gas/too-large.ts";
import { typedFailure } from "../node-errors.ts";
import { attemptsOf } from "./attempts-of.ts";
import { cancellationOf } from "./cancellation.ts";
import { isContested, nextNonce, resubmitMissing } from "./claim-nonce.ts";
import type { TransactionState } from "./monitor-decision.ts";
import { moveTo } from "./record-progress.ts";
import { DEFAULT_PATIENCE, type MonitorOptions, TransactionMonitor } from "./transaction-monitor.ts";
import { TransactionWriter, type TransactionWriterModules } from "./transaction-writer.ts";
import type { TransactionEvent, WatchedTransaction } from "./watched-transaction.ts";

export interface EvmClientOptions extends Partial<Omit<MonitorOptions, "confirmations">> {
  /** Blocks until a transaction counts as final, its own included. */
  readonly confirmations: number;
  /** LUCID_MAX_GAS_PER_CALL, which the gas breaker guards too. */
  readonly maxGasPerCall: bigint;
}

export interface EvmClientModules extends TransactionWriterModules {
  readonly estimator: GasEstimator;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** A contract transaction that is to be sent. */
export interface ContractCall {
  /** E.g. `LucidAnchors.registerSession`. */
  readonly action: string;
  readonly purpose: NewAnchorTransaction["purpose"];
  readonly to: string;
  readonly data: string;
  /** What it is about, e.g. session ids, by which it is found again. */
  readonly references: readonly string[];
  /** It is not sent where its gas limit would be above this. @default what the breakers allow */
  readonly limit?: CallLimit | undefined;
}

/**
 * Sends contract transactions so that a crash neither loses nor duplicates one: estimated, admitted by the circuit
 * breakers, signed, saved, and only then broadcast. A nonce belongs to saved bytes; what a run left unfinished is
 * finished first by the next one.
 */
export class EvmClient {
  readonly provider: ChainProvider;
  readonly monitor: TransactionMonitor;
  readonly #modules: EvmClientModules;
  readonly #writer: TransactionWriter;
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Accounts whose unfinished transactions this client already watches: there is nothing to resume. */
  readonly #resumed = new Set<string>();
  readonly #maxGasPerCall: bigint;
  #isClosed = false;

  constructor({ maxGasPerCall, ...options }: EvmClientOptions, modules: EvmClientModules) {
    const { provider, transactions, logger } = modules;
    this.provider = provider;
    this.#modules = modules;
    this.#maxGasPerCall = maxGasPerCall;
    this.#writer = new TransactionWriter(modules);
    this.monitor = new TransactionMonitor(
      { ...DEFAULT_PATIENCE, ...options },
      { provider, transactions, logger, writer: this.#writer, now: modules.now },
    );
    this.monitor.onEvent(({ state, account }) => {
      if (MAY_LEAVE_SOMETHING.has(state)) this.#resumed.delete(account);
    });
  }

  async chainId(): Promise<number> {
    return Number((await this.provider.getNetwork()).chainId);
  }

  /** How much gas a call may have on this chain. */
  bounds(): Promise<CallBounds> {
    return readCallBounds(this.provider, this.#maxGasPerCall);
  }

  /**
   * Estimates a call without sending it.
   *
   * @throws {ContractError} CONTRACT_REVERTED
   * @throws {EvmError} CALL_TOO_LARGE
   */
  async estimate(
    from: string,
    { action, to, data }: Pick<ContractCall, "action" | "to" | "data">,
  ): Promise<GasNeed> {
    try {
      const items = this.#modules.codec.countItems(action, data);
      return await this.#modules.estimator.need("simulation", { action, from, to, data, items });
    } catch (error) {
      throw typedFailure(error, { action, account: from }, this.#modules.codec);
    }
  }

  /**
   * Stops waiting, once transactions that are being signed are saved and sent. Pending and later calls fail with
   * MONITOR_CLOSED; the next run resumes what is not final.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#turns.values());
    await this.monitor.close();
  }

  /**
   * Finishes what an earlier run left, then submits the call and waits until it is final.
   *
   * @throws {ContractError} CONTRACT_REVERTED, before anything is sent
   * @throws {EvmError} CALL_TOO_LARGE, BREAKER_TRIPPED, BREAKER_OPEN, FUNDS_MISSING, NONCE_CONTESTED, CHAIN_BEHIND,
   * RPC_*, TRANSACTION_FAILED, TRANSACTION_TIMED_OUT, TRANSACTION_REPLACED, TRANSACTION_DROPPED
   */
  async send(signer: Wallet, call: ContractCall): Promise<TransactionReceipt> {
    if (!this.#resumed.has(signer.address.toLowerCase())) await this.resume(signer);
    const watched = await this.submit(signer, call);
    return await this.settle(watched, call.action, call);
  }

  /**
   * Estimates, asks the breakers, signs, saves and broadcasts; the monitor reports the outcome. Several may be
   * in flight, their nonces in the order of the calls.
   *
   * @throws as send, but for TRANSACTION_*
   */
  async submit(signer: Wallet, call: ContractCall): Promise<WatchedTransaction> {
    const { action, purpose, to, data, references } = call;
    const account = await this.#account(signer.address);
    this.#writer.remember(signer);
    return await this.#inTurn(account.from, async () => {
      try {
        // The head first: an endpoint that fell behind its neighbours is left here, before a nonce is read from it.
        const head = await this.provider.getBlockNumber();
        const items = this.#modules.codec.countItems(action, data);
        const request = { action, from: signer.address, to, data, items };
        // In turn, so that the estimate and the nonce take earlier broadcasts into account.
        const [{ gasLimit, fees, maxCost }, nonce] = await bothOf(
          this.#modules.estimator.estimate("simulation", request, head),
          nextNonce(this.provider, this.#modules.transactions, account),
        );
        requireWithin(call, gasLimit);
        const { chainId } = account;
        await this.#modules.breakers.admit({ chainId, gasLimit, feeCap: fees.feeCap, cost: maxCost });
        const saved = await this.#writer.sign(signer, {
          nonce,
          to,
          data,
          gasLimit,
          fees,
          purpose,
          references,
        });
        if (await isContested(this.#modules.transactions, account, saved)) {
          const contested = new EvmError({ code: "NONCE_CONTESTED", account: account.from, nonce, action });
          await moveTo(this.#modules.transactions, saved._id, "dropped", { error: contested.message });
          throw contested;
        }
        return this.monitor.watch(await this.#writer.broadcast(saved, action));
      } catch (error) {
        this.#resumed.delete(account.from);
        throw (
          tooLarge(error, action) ??
          typedFailure(error, { action, account: signer.address }, this.#modules.codec)
        );
      }
    });
  }

  /**
   * Waits until a transaction is final. Another call that was mined with its nonce, a dropped one or a
   * cancellation, is not a success.
   *
   * @param asked what it is to do; @default what the watch began with
   * @throws {EvmError} TRANSACTION_FAILED, TRANSACTION_TIMED_OUT, TRANSACTION_REPLACED, TRANSACTION_DROPPED
   */
  async settle(
    watched: WatchedTransaction,
    action: string,
    asked: Pick<ContractCall, "to" | "data"> = callOf(watched.first),
  ): Promise<TransactionReceipt> {
    const event = await watched.outcome().catch((fault: unknown) => {
      this.#resumed.delete(watched.account);
      throw fault;
    });
    const mined = watched.attempts.find(({ _id }) => _id === event.receipt?.hash);
    if (mined !== undefined && !isSameCall(callOf(mined), asked)) {
      const { account, nonce } = watched;
      throw new EvmError({ code: "TRANSACTION_REPLACED", txid: mined._id, account, nonce });
    }
    if (event.state === "confirmed" && event.receipt !== undefined) return event.receipt;
    throw failureOf(event, watched, action);
  }

  /**
   * Finishes what an earlier run signed with this account: sends the same bytes again where no pool holds them, dropped
   * ones too if others wait behind their nonce, and waits. A transaction that reverted is recorded as failed; whether the
   * call must be repeated, the state of the chain tells.
   *
   * @param account with its key, stuck transactions can be bumped; with its address alone they can only be sent
   * again
   * @returns How many transactions it finished.
   * @throws {EvmError} TRANSACTION_TIMED_OUT
   */
  async resume(account: Wallet | string): Promise<number> {
    const address = account instanceof Wallet ? account.address : account;
    const owner = await this.#account(address);
    if (account instanceof Wallet) this.#writer.remember(account);
    const watched = await this.#inTurn(owner.from, () => this.#pickUp(owner));
    const events = await Promise.all(watched.map((one) => one.outcome()));
    this.#resumed.add(owner.from);
    for (const [i, event] of events.entries()) {
      const one = watched[i] as WatchedTransaction;
      if (event.state === "timed-out") throw failureOf(event, one, event.purpose);
      if (event.state !== "confirmed")
        this.#modules.logger.warn(summaryOf(event), "unfinished transaction ended");
    }
    return events.length;
  }

  /**
   * Watches everything that this store has in flight on this chain, of any account.
   *
   * @param signers whose transactions may be bumped; those of others are only sent again
   * @returns One watch for each nonce.
   */
  async watchAll(signers: readonly Wallet[]): Promise<WatchedTransaction[]> {
    for (const signer of signers) this.#writer.remember(signer);
    const chainId = await this.chainId();
    const accounts = new Set<string>();
    const { transactions } = this.#modules;
    for await (const { from_addr } of eachDocument((page) => transactions.unfinishedOfChain(chainId, page))) {
      accounts.add(from_addr);
    }
    const watched = await Promise.all([...accounts].map((from) => this.#pickUp({ chainId, from })));
    return watched.flat();
  }

  /**
   * Replaces a transaction with a cancellation, so that it can no longer be mined.
   *
   * @throws {EvmError} TRANSACTION_UNKNOWN, TRANSACTION_FINAL, and as submit
   */
  async cancel(signer: Wallet, txid: string): Promise<WatchedTransaction> {
    const { transactions } = this.#modules;
    const document = await transactions.get(txid);
    const account = await this.#account(signer.address);
    if (document === undefined || document.from_addr !== account.from) {
      throw new EvmError({ code: "TRANSACTION_UNKNOWN", txid });
    }
    if (document.status !== "signed" && document.status !== "broadcast") {
      throw new EvmError({ code: "TRANSACTION_FINAL", txid, status: document.status });
    }
    if ((await this.provider.getTransactionCount(account.from, "latest")) > document.nonce) {
      throw new EvmError({
        code: "TRANSACTION_FINAL",
        txid,
        status: "mined, or its nonce was used by another transaction",
      });
    }
    this.#writer.remember(signer);
    return await this.#inTurn(account.from, async () => {
      const attempts = await attemptsOf(transactions, account, document.nonce);
      const raised = await this.#writer.raise(attempts, cancellationOf(signer.address, txid));
      if (raised === undefined) throw new EvmError({ code: "FEE_CEILING", txid });
      return this.monitor.watch([...attempts, raised]);
    });
  }

  async #pickUp(owner: Account): Promise<WatchedTransaction[]> {
    const { transactions } = this.#modules;
    const nonces = new Set<number>();
    for await (const { nonce } of eachDocument((page) => transactions.unfinished(owner, page))) {
      nonces.add(nonce);
    }
    for (const nonce of await resubmitMissing(this.#modules, owner, nonces)) nonces.add(nonce);
    const watched: WatchedTransaction[] = [];
    for (const nonce of [...nonces].sort((a, b) => a - b)) {
      if (this.monitor.isWatching(owner.from, nonce)) continue;
      watched.push(this.monitor.watch(await attemptsOf(transactions, owner, nonce)));
    }
    return watched;
  }

  async #account(address: string): Promise<Account> {
    return { chainId: await this.chainId(), from: address.toLowerCase() };
  }

  /** One at a time for an account: a nonce is chosen, saved and sent before the next one is. */
  async #inTurn<Answer>(account: string, work: () => Promise<Answer>): Promise<Answer> {
    if (this.#isClosed) throw new EvmError({ code: "MONITOR_CLOSED", account });
    const before = this.#turns.get(account) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#turns.set(account, mine);
    return await mine;
  }
}

/** Outcomes of a watch after which an attempt may be unwatched, or a nonce may be free below others. */
const MAY_LEAVE_SOMETHING: ReadonlySet<TransactionState> = new Set(["replaced", "dropped", "timed-out"]);

/** Both results, or the first failure in their order, once both have settled. */
async function bothOf<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

/** @throws {EvmError} CALL_TOO_LARGE */
function requireWithin({ action, limit }: ContractCall, gas: bigint): void {
  if (limit === undefined || gas <= limit.gas) return;
  const details = { action, gas: String(gas), limit: String(limit.gas), limitedBy: limit.setBy };
  throw new EvmError({ code: "CALL_TOO_LARGE", ...details });
}

function callOf({ raw_signed }: AnchorTransactionDocument): Pick<ContractCall, "to" | "data"> {
  const { to, data } = Transaction.from(raw_signed);
  return { to: to ?? "", data };
}

const isSameCall = (a: Pick<ContractCall, "to" | "data">, b: Pick<ContractCall, "to" | "data">) =>
  a.to.toLowerCase() === b.to.toLowerCase() && a.data.toLowerCase() === b.data.toLowerCase();

function failureOf(
  event: TransactionEvent,
  { watch, nonce, account }: WatchedTransaction,
  action: string,
): LucidError {
  const { txid, failure } = event;
  switch (event.state) {
    case "failed":
      // The monitor only knows the purpose; the caller knows which call it was.
      return failure instanceof EvmError && failure.details.code === "TRANSACTION_FAILED"
        ? new EvmError({ ...failure.details, action }, { cause: failure })
        : (failure ?? new EvmError({ code: "RPC_FAILED", action, reason: "it reverted" }));
    case "dropped":
      return dropped(event, watch.resends, action);
    case "timed-out": {
      const waitedSeconds = Math.round((event.at - watch.since) / 1000);
      const cause = failure && { cause: failure };
      return new EvmError({ code: "TRANSACTION_TIMED_OUT", txid, action, waitedSeconds }, cause);
    }
    default:
      return new EvmError({ code: "TRANSACTION_REPLACED", txid, account, nonce });
  }
}

function dropped({ txid, failure }: TransactionEvent, resends: number, action: string): LucidError {
  const details = { code: "TRANSACTION_DROPPED", txid, action, resends } as const;
  if (failure === undefined) return new EvmError(details);
  return new EvmError({ ...details, reason: failure.message }, { cause: failure });
}

const summaryOf = ({ state, txid, account, nonce, failure }: TransactionEvent) => ({
  state,
  txid,
  account,
  nonce,
  ...(failure && { reason: failure.message }),
});
