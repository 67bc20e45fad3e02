import type { TransactionReceipt } from "ethers";
import type { LucidError } from "../../errors.ts";
import type { AnchorTransactionDocument } from "../../store/documents.ts";
import { isFinal, type TransactionState, type Watch } from "./monitor-decision.ts";

/** A transaction that has reached a state. */
export interface TransactionEvent {
  readonly state: TransactionState;
  /** Of the attempt that was mined, else of the newest one. */
  readonly txid: string;
  readonly account: string;
  readonly nonce: number;
  readonly purpose: AnchorTransactionDocument["purpose"];
  /** Unix milliseconds. */
  readonly at: number;
  /** How many attempts were made with the nonce so far. */
  readonly attempts: number;
  readonly receipt?: TransactionReceipt;
  /** Why it failed, or could not be sent again before it timed out or was dropped. */
  readonly failure?: LucidError;
}

/** One nonce that the monitor watches, and its events from the start of the watch. */
export class WatchedTransaction implements AsyncIterable<TransactionEvent> {
  readonly account: string;
  readonly nonce: number;
  /** The attempt with which the watch began: for a call that was just submitted, its first one. */
  readonly first: AnchorTransactionDocument;
  /** Oldest first; those with a higher fee come after those that they replace. */
  attempts: readonly AnchorTransactionDocument[];
  watch: Watch;
  /** When a pool was last seen to hold it, in Unix milliseconds; undefined where none was. */
  poolSeenAt: number | undefined;
  /** Why it could not be sent again, the last time that this failed. */
  lastError: LucidError | undefined;
  readonly #events: TransactionEvent[] = [];
  #fault: unknown;
  #sleepers: (() => void)[] = [];

  constructor(attempts: readonly AnchorTransactionDocument[], now: number) {
    const first = attempts[0] as AnchorTransactionDocument;
    const { from_addr, nonce } = first;
    this.first = first;
    this.account = from_addr;
    this.nonce = nonce;
    this.attempts = attempts;
    this.watch = { state: "submitted", nonce, since: now, sentAt: now, resends: 0, inclusion: undefined };
  }

  get isOver(): boolean {
    return this.#fault !== undefined || isFinal(this.watch.state);
  }

  /** Every event from the first to the final one, also to those who ask late. */
  async *[Symbol.asyncIterator](): AsyncGenerator<TransactionEvent> {
    for (let next = 0; ; next++) {
      while (next >= this.#events.length) {
        if (this.#fault !== undefined) throw this.#fault;
        await new Promise<void>((wake) => this.#sleepers.push(wake));
      }
      const event = this.#events[next] as TransactionEvent;
      yield event;
      if (isFinal(event.state)) return;
    }
  }

  /** The final event. */
  async outcome(): Promise<TransactionEvent> {
    let last: TransactionEvent | undefined;
    for await (const event of this) last = event;
    return last as TransactionEvent;
  }

  /** @internal for the monitor */
  emit(event: TransactionEvent): void {
    this.#events.push(event);
    this.#stir();
  }

  /** @internal for the monitor: a bug or a failure of the store ends the watch, and the caller gets the error */
  abort(fault: unknown): void {
    this.#fault = fault;
    this.#stir();
  }

  #stir(): void {
    const sleepers = this.#sleepers;
    this.#sleepers = [];
    for (const wake of sleepers) wake();
  }
}
