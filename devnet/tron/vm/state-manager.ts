import type { AccountFields, StateManagerInterface } from "@ethereumjs/common";
import { type Address, bytesToHex, Account as EvmAccount, KECCAK256_RLP } from "@ethereumjs/util";
import { ADDRESS_PREFIX, keccak } from "../address.ts";
import { newAccount } from "../state/account.ts";
import type { Layer } from "../state/layer.ts";
import { World } from "../state/world.ts";

const NOTHING = new Uint8Array(0);

/** The key of an address in the state: 21 bytes in hex. */
export const keyOf = (address: Address): string =>
  ADDRESS_PREFIX.toString(16) + bytesToHex(address.bytes).slice(2);

/**
 * The state as the virtual machine reads and writes it, over layers: a checkpoint is a layer more. Which layer it works
 * on, and the time of the block, are set before each run.
 */
export class LayeredStateManager implements StateManagerInterface {
  #world: World;
  #blockTime = 0;

  constructor(layer: Layer) {
    this.#world = new World(layer);
  }

  /** Works on `layer` from now on. @param blockTime of accounts that are created, in Unix milliseconds */
  use(layer: Layer, blockTime: number): void {
    this.#world = new World(layer);
    this.#blockTime = blockTime;
  }

  get world(): World {
    return this.#world;
  }

  async getAccount(address: Address): Promise<EvmAccount | undefined> {
    const account = this.#world.account(keyOf(address));
    if (account === undefined) return undefined;
    const contract = this.#world.contract(keyOf(address));
    return new EvmAccount(account.nonce, account.balance, KECCAK256_RLP, contract?.codeHash);
  }

  /** An account that holds nothing yet is not created: a call without a value leaves no trace of its target. */
  async putAccount(address: Address, account?: EvmAccount): Promise<void> {
    if (account === undefined) return;
    const key = keyOf(address);
    const known = this.#world.account(key);
    if (known === undefined && account.isEmpty()) return;
    const before = known ?? newAccount(key, { createTime: this.#blockTime });
    this.#world.setAccount({ ...before, balance: account.balance, nonce: account.nonce });
  }

  /** The machine removes accounts that are empty after a call; here an account stays once it was created. */
  async deleteAccount(): Promise<void> {
    await Promise.resolve();
  }

  async modifyAccountFields(address: Address, fields: AccountFields): Promise<void> {
    const account = (await this.getAccount(address)) ?? new EvmAccount();
    if (fields.nonce !== undefined) account.nonce = fields.nonce;
    if (fields.balance !== undefined) account.balance = fields.balance;
    await this.putAccount(address, account);
  }

  async putCode(address: Address, value: Uint8Array): Promise<void> {
    const key = keyOf(address);
    const known = this.#world.contract(key);
    this.#world.setContract(key, {
      declaration: known?.declaration ?? {},
      code: value,
      codeHash: keccak(value),
    });
    const account = this.#world.account(key) ?? newAccount(key, { createTime: this.#blockTime });
    this.#world.setAccount({ ...account, isContract: true });
  }

  async getCode(address: Address): Promise<Uint8Array> {
    return this.#world.contract(keyOf(address))?.code ?? NOTHING;
  }

  async getCodeSize(address: Address): Promise<number> {
    return (await this.getCode(address)).length;
  }

  async getStorage(address: Address, key: Uint8Array): Promise<Uint8Array> {
    return this.#world.slot(keyOf(address), bytesToHex(key)) ?? NOTHING;
  }

  async putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    const isZero = value.every((byte) => byte === 0);
    this.#world.setSlot(keyOf(address), bytesToHex(key), isZero ? undefined : value);
  }

  /** A contract's address is new whenever this is called, so there is nothing to clear. */
  async clearStorage(): Promise<void> {
    await Promise.resolve();
  }

  async checkpoint(): Promise<void> {
    this.#world = new World(this.#world.layer.child());
  }

  async commit(): Promise<void> {
    this.#world = new World(this.#world.layer.commit());
  }

  async revert(): Promise<void> {
    this.#world = new World(this.#world.layer.discard());
  }

  /** Prices here never look at what a slot held before the transaction. */
  readonly originalStorageCache = {
    get: (address: Address, key: Uint8Array) => this.getStorage(address, key),
    clear: () => undefined,
  };

  clearCaches(): void {
    this.originalStorageCache.clear();
  }

  getStateRoot(): Promise<Uint8Array> {
    return Promise.reject(new Error("TRON has no state root"));
  }

  setStateRoot(): Promise<void> {
    return Promise.reject(new Error("TRON has no state root"));
  }

  async hasStateRoot(): Promise<boolean> {
    return false;
  }

  shallowCopy(): StateManagerInterface {
    const copy = new LayeredStateManager(this.#world.layer);
    copy.use(this.#world.layer, this.#blockTime);
    return copy;
  }
}
