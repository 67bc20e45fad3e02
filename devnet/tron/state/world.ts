import type { Plain } from "../protobuf/codec.ts";
import type { Account } from "./account.ts";
import type { Layer } from "./layer.ts";

/** A contract: what its creator declared, and the code that runs. */
export interface Contract {
  /** The `SmartContract` message. */
  readonly declaration: Plain;
  readonly code: Uint8Array;
  readonly codeHash: Uint8Array;
}

/** How much energy a contract's callers used, by which its price moves. */
export interface ContractUsage {
  readonly energyUsage: number;
  /** In 1/10,000: 2,000 makes each operation a fifth more expensive. */
  readonly energyFactor: number;
  readonly updateCycle: number;
}

/** The price of energy, and since when each of its values held. */
export interface Prices {
  /** Sun a unit of energy. */
  readonly energy: bigint;
  /** "TIME:PRICE" for each change, oldest first, in Unix milliseconds. */
  readonly energyHistory: string;
}

/** Typed entries of a layer. Addresses are 21 bytes in hex. */
export class World {
  readonly layer: Layer;

  constructor(layer: Layer) {
    this.layer = layer;
  }

  account(address: string): Account | undefined {
    return this.layer.get(`account:${address}`) as Account | undefined;
  }

  setAccount(account: Account): void {
    this.layer.set(`account:${account.address}`, account);
  }

  contract(address: string): Contract | undefined {
    return this.layer.get(`contract:${address}`) as Contract | undefined;
  }

  setContract(address: string, contract: Contract | undefined): void {
    this.layer.set(`contract:${address}`, contract);
  }

  usage(address: string): ContractUsage | undefined {
    return this.layer.get(`usage:${address}`) as ContractUsage | undefined;
  }

  setUsage(address: string, usage: ContractUsage): void {
    this.layer.set(`usage:${address}`, usage);
  }

  /** Whether a contract ever used so much energy that its factor rises. */
  get isAnyDear(): boolean {
    return this.layer.get("dear") === true;
  }

  markDear(): void {
    this.layer.set("dear", true);
  }

  /** How many maintenance periods the chain has had. */
  get cycle(): number {
    return (this.layer.get("cycle") as number | undefined) ?? 0;
  }

  setCycle(cycle: number): void {
    this.layer.set("cycle", cycle);
  }

  /** A word of a contract's storage; undefined where it is zero. */
  slot(address: string, key: string): Uint8Array | undefined {
    return this.layer.get(`slot:${address}:${key}`) as Uint8Array | undefined;
  }

  setSlot(address: string, key: string, value: Uint8Array | undefined): void {
    this.layer.set(`slot:${address}:${key}`, value);
  }

  /** The number of the block that holds a transaction. */
  blockOf(transactionId: string): number | undefined {
    return this.layer.get(`transaction:${transactionId}`) as number | undefined;
  }

  setBlockOf(transactionId: string, block: number): void {
    this.layer.set(`transaction:${transactionId}`, block);
  }

  /** @throws where the genesis block set none */
  get prices(): Prices {
    const prices = this.layer.get("prices") as Prices | undefined;
    if (prices === undefined) throw new Error("the state has no prices");
    return prices;
  }

  setPrices(prices: Prices): void {
    this.layer.set("prices", prices);
  }

  /** TRX burned by fees, in sun. */
  get burned(): bigint {
    return (this.layer.get("burned") as bigint | undefined) ?? 0n;
  }

  /** Takes a fee from an account. @returns false where its balance is too small */
  burn(address: string, amount: bigint): boolean {
    const account = this.account(address);
    if (account === undefined || account.balance < amount) return false;
    this.setAccount({ ...account, balance: account.balance - amount });
    this.layer.set("burned", this.burned + amount);
    return true;
  }
}
