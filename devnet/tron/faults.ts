import { sha256 } from "./address.ts";
import type { Transaction } from "./transaction/transaction.ts";

/** What a node or the way to it may do wrong. Probabilities are between 0 and 1; everything is off at first. */
export interface TronFaults {
  /** The broadcast is accepted, then the connection ends without an answer. */
  readonly lostAnswers: number;
  /** The connection ends before the node has looked at the broadcast. */
  readonly lostRequests: number;
  /** The connection of any other call ends without an answer. */
  readonly lostReads: number;
  /** A call of any kind is turned away for going over the node's rate. */
  readonly rateLimited: number;
  /** SERVER_BUSY: not accepted. */
  readonly serverBusy: number;
  /** NO_CONNECTION: not accepted. */
  readonly noConnection: number;
  /** NOT_ENOUGH_EFFECTIVE_CONNECTION, although the transaction is among the pending ones and will be mined. */
  readonly fewConnections: number;
  /** A retry of bytes that were refused is answered with DUP_TRANSACTION_ERROR, even if the reason is gone. */
  readonly dupAfterRefusal: boolean;
  /** An accepted transaction disappears before any block holds it. */
  readonly vanishing: number;
  /** A contract runs out of time, which burns its whole fee limit. */
  readonly outOfTime: number;
  /** With each block the price of energy moves. */
  readonly energyPriceMoves: boolean;
  /** estimateenergy is off, as it is by default on a node. */
  readonly noEstimates: boolean;
  /** After a block, a fork takes away everything that is not solidified, pending transactions with it. */
  readonly forks: number;
}

export const NO_FAULTS: TronFaults = {
  lostAnswers: 0,
  lostRequests: 0,
  lostReads: 0,
  rateLimited: 0,
  serverBusy: 0,
  noConnection: 0,
  fewConnections: 0,
  dupAfterRefusal: false,
  vanishing: 0,
  outOfTime: 0,
  energyPriceMoves: false,
  noEstimates: false,
  forks: 0,
};

/** Prices that energy has had on mainnet, in sun. */
const ENERGY_PRICES = [100n, 140n, 210n, 280n, 420n] as const;
const RANDOM_BYTES = 6;
const RANDOM_RANGE = 2 ** (8 * RANDOM_BYTES);

/** Faults that are drawn for each event. */
type RandomFault = Exclude<
  keyof TronFaults,
  "dupAfterRefusal" | "energyPriceMoves" | "noEstimates" | "outOfTime"
>;

/** Decides which faults happen, the same way for the same seed and the same order of events. */
export class FaultSource {
  #faults: TronFaults;
  readonly #seed: string;
  #events = 0;
  readonly #refused = new Set<string>();

  constructor(seed: string, faults: Partial<TronFaults>) {
    this.#seed = seed;
    this.#faults = { ...NO_FAULTS, ...faults };
  }

  get faults(): TronFaults {
    return this.#faults;
  }

  set(faults: Partial<TronFaults>): void {
    this.#faults = { ...this.#faults, ...faults };
  }

  happens(fault: RandomFault): boolean {
    const probability = this.#faults[fault];
    return probability > 0 && this.#random(`event ${this.#events++}`) < probability;
  }

  /** Decided by the transaction's id: it is executed once when it is pending and once in a block. */
  isOutOfTime({ id, contract }: Transaction): boolean {
    const { outOfTime } = this.#faults;
    return contract?.type === "TriggerSmartContract" && outOfTime > 0 && this.#random(id) < outOfTime;
  }

  /** The price of energy from a block on; undefined where it stays. */
  energyPrice(block: number): bigint | undefined {
    if (!this.#faults.energyPriceMoves) return undefined;
    return ENERGY_PRICES[Math.floor(this.#random(`price ${block}`) * ENERGY_PRICES.length)];
  }

  remember(refusedId: string): void {
    this.#refused.add(refusedId);
  }

  wasRefused(id: string): boolean {
    return this.#faults.dupAfterRefusal && this.#refused.has(id);
  }

  #random(event: string): number {
    const digest = sha256(Buffer.from(`${this.#seed} ${event}`));
    return digest.readUIntBE(0, RANDOM_BYTES) / RANDOM_RANGE;
  }
}
