import { OneAtATime } from "../../offchain/one-at-a-time.ts";
import type { Chain, ChainSnapshot } from "./blocks/chain.ts";
import { Refusal } from "./errors.ts";
import type { FaultSource } from "./faults.ts";
import { SLOT_MS } from "./resources/usage.ts";
import type { Transaction } from "./transaction/transaction.ts";

/** The chain behind the node's two services: one operation at a time, with a clock and with faults. */
export class LocalNode {
  readonly chain: Chain;
  readonly faults: FaultSource;
  readonly #now: () => number;
  readonly #followsClock: boolean;
  /** Before which the next block does not come, in Unix milliseconds. */
  #nextTime = 0;
  readonly #turns = new OneAtATime();
  /** Ids of pending transactions that no block will hold. */
  readonly #vanishing = new Set<string>();
  readonly #snapshots = new Map<number, ChainSnapshot>();

  /** @param followsClock whether blocks come at the machine's time, not one slot after the other */
  constructor(chain: Chain, faults: FaultSource, now: () => number, followsClock: boolean) {
    this.chain = chain;
    this.faults = faults;
    this.#now = now;
    this.#followsClock = followsClock;
  }

  /** The node's clock, in Unix milliseconds: never behind its head. */
  get now(): number {
    return Math.max(this.#now(), this.chain.head.timestamp);
  }

  /** Runs `work` after all that was asked for before. */
  async inTurn<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    return await this.#turns.run(work);
  }

  async mine(blocks = 1): Promise<void> {
    for (let count = 0; count < blocks; count++)
      await this.inTurn(async () => {
        await this.chain.produce(this.#nextTimestamp(), this.#vanishing);
        this.#vanishing.clear();
        if (this.faults.happens("forks")) this.#fork();
      });
  }

  async setTime(timestamp: number): Promise<void> {
    await this.inTurn(() => {
      this.#nextTime = timestamp;
    });
  }

  async increaseTime(milliseconds: number): Promise<void> {
    await this.inTurn(() => {
      this.#nextTime = this.chain.head.timestamp + milliseconds;
    });
  }

  async dropUnsolidified(): Promise<void> {
    await this.inTurn(() => this.#fork());
  }

  async dropPending(): Promise<void> {
    await this.inTurn(() => {
      this.chain.dropPending();
      this.#vanishing.clear();
    });
  }

  /** @param address 21 bytes in hex @param balance in sun */
  async setBalance(address: string, balance: bigint): Promise<void> {
    await this.inTurn(() => this.chain.setBalance(address, balance));
  }

  async snapshot(): Promise<number> {
    return await this.inTurn(() => {
      const id = this.#snapshots.size + 1;
      this.#snapshots.set(id, this.chain.snapshot());
      return id;
    });
  }

  async revert(id: number): Promise<void> {
    await this.inTurn(() => {
      const snapshot = this.#snapshots.get(id);
      if (snapshot === undefined) throw new RangeError(`there is no snapshot ${id}`);
      this.chain.revert(snapshot);
      for (const later of this.#snapshots.keys()) if (later >= id) this.#snapshots.delete(later);
    });
  }

  /** Takes a broadcast, with whatever goes wrong on the way. @throws {Refusal} */
  async accept(transaction: Transaction): Promise<void> {
    const { faults } = this;
    if (faults.happens("serverBusy")) throw new Refusal("SERVER_BUSY", "Server busy.");
    if (faults.happens("noConnection")) throw new Refusal("NO_CONNECTION", "No connection.");
    if (faults.wasRefused(transaction.id))
      throw new Refusal("DUP_TRANSACTION_ERROR", "Transaction already exists.");
    try {
      await this.chain.accept(transaction);
    } catch (error) {
      if (error instanceof Refusal) faults.remember(transaction.id);
      throw error;
    }
    if (faults.happens("vanishing")) this.#vanishing.add(transaction.id);
    if (faults.happens("fewConnections"))
      throw new Refusal("NOT_ENOUGH_EFFECTIVE_CONNECTION", "P2P broadcast failed.");
  }

  /** Blocks of the other branch come later than those that it replaces. */
  #fork(): void {
    this.#nextTime = Math.max(this.#nextTime, this.chain.head.timestamp + SLOT_MS);
    this.chain.dropUnsolidified();
    this.#vanishing.clear();
  }

  #nextTimestamp(): number {
    const earliest = this.chain.head.timestamp + SLOT_MS;
    const wanted = Math.max(
      this.#nextTime,
      this.#followsClock || this.chain.head.number === 0 ? this.#now() : 0,
    );
    return Math.max(earliest, Math.floor(wanted / SLOT_MS) * SLOT_MS);
  }
}
