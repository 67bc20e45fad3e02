import type { ChainParameters } from "../chain-parameters.ts";
import { applyTransaction, type Receipt } from "../contracts/apply.ts";
import type { ExecutionContext } from "../contracts/execution.ts";
import { Refusal } from "../errors.ts";
import { SLOT_MS } from "../resources/usage.ts";
import { newAccount } from "../state/account.ts";
import type { Layer } from "../state/layer.ts";
import { World } from "../state/world.ts";
import { checkCommon, checkNextSlot, checkReference } from "../transaction/checks.ts";
import { checkSignature } from "../transaction/signature.ts";
import type { Transaction } from "../transaction/transaction.ts";
import { Runner } from "../vm/run.ts";
import { type Applied, type Block, sealBlock } from "./block.ts";
import type { Witness } from "./witnesses.ts";

export interface ChainOptions {
  readonly parameters: ChainParameters;
  readonly witnesses: readonly Witness[];
  /** Ids of blocks in place of their own, by number. */
  readonly blockIds?: ReadonlyMap<number, string> | undefined;
  readonly isOutOfTime: (transaction: Transaction) => boolean;
  /** The price of energy from a block on, in sun; undefined where it stays. */
  readonly nextEnergyPrice: (block: number) => bigint | undefined;
}

/** Where a chain was, to go back to. */
export interface ChainSnapshot {
  readonly blocks: readonly Block[];
  readonly pending: readonly Applied[];
  readonly pendingLayer: Layer;
}

/** How many blocks lie between the head and the block that two thirds of the witnesses have confirmed. */
const CONFIRMING_BLOCKS = { 1: 0, 27: 18 } as const;
/** The solidity service follows that block at a distance. */
const SOLIDITY_LAG = 2;
const LAST_TWO_BYTES = 0xffff;

/**
 * The chain: blocks, the state after each, and the pending transactions, whose state every /wallet read shows before
 * any block holds them.
 */
export class Chain {
  readonly #options: ChainOptions;
  readonly #runner: Runner;
  #blocks: Block[];
  #pending: Applied[] = [];
  #pendingLayer: Layer;

  constructor(genesis: Block, options: ChainOptions) {
    this.#options = options;
    this.#blocks = [genesis];
    this.#pendingLayer = genesis.layer.child();
    const hashOf = (number: number) => {
      const id = this.#blocks[number]?.id;
      return id === undefined ? undefined : Buffer.from(id, "hex");
    };
    this.#runner = new Runner(this.chainId, hashOf, options.parameters);
  }

  get chainId(): bigint {
    return BigInt(`0x${this.genesis.id.slice(-8)}`);
  }

  get genesis(): Block {
    return this.block(0);
  }

  get head(): Block {
    return this.block(this.#blocks.length - 1);
  }

  /** The newest block that two thirds of the witnesses built on. */
  get confirmed(): Block {
    const lag = CONFIRMING_BLOCKS[this.#options.witnesses.length === 1 ? 1 : 27];
    return this.block(Math.max(0, this.head.number - lag));
  }

  /** The newest block that /walletsolidity knows. */
  get solid(): Block {
    return this.block(Math.max(0, this.confirmed.number - SOLIDITY_LAG));
  }

  get pending(): readonly Applied[] {
    return this.#pending;
  }

  get parameters(): ChainParameters {
    return this.#options.parameters;
  }

  get runner(): Runner {
    return this.#runner;
  }

  get witnesses(): readonly Witness[] {
    return this.#options.witnesses;
  }

  /** The state with everything pending. */
  get pendingWorld(): World {
    return new World(this.#pendingLayer);
  }

  /** @throws where the chain has no such block */
  block(number: number): Block {
    const block = this.#blocks[number];
    if (block === undefined) throw new Error(`there is no block ${number}`);
    return block;
  }

  blockByNumber(number: number): Block | undefined {
    return this.#blocks[number];
  }

  blockById(id: string): Block | undefined {
    return this.#blocks.find((block) => block.id === id);
  }

  /** Checks a broadcast as a node does, and takes it among the pending ones. @throws {Refusal} */
  async accept(transaction: Transaction): Promise<void> {
    if (transaction.contract === undefined)
      throw new Refusal("CONTRACT_VALIDATE_ERROR", "Contract validate error : No contract!");
    checkNextSlot(transaction, this.head);
    this.#checkSignature(transaction);
    const applied = await this.#tryApply(
      transaction,
      this.#pendingLayer,
      this.nextContext(this.#pendingLayer),
    );
    this.#pending.push(applied);
  }

  /** Produces a block of everything pending; what the time or another transaction made impossible is dropped. */
  async produce(timestamp: number): Promise<Block> {
    const { head } = this;
    const number = head.number + 1;
    const layer = head.layer.folded().child();
    this.#movePrice(new World(layer), number, timestamp);
    const witness = this.#witnessOf(timestamp);
    const context = this.#context(layer, { number, timestamp, witness: witness.address.subarray(1) });
    const transactions: Applied[] = [];
    for (const { transaction } of this.#pending) {
      const applied = await this.#orRefused(this.#tryApply(transaction, layer, context));
      if (applied !== undefined) transactions.push(applied);
    }
    const world = new World(layer);
    for (const { transaction } of transactions) world.setBlockOf(transaction.id, number);
    this.#maintain(world, number, timestamp);
    const id = this.#options.blockIds?.get(number);
    const block = sealBlock({ number, parentId: head.id, timestamp, witness, transactions, layer, id });
    this.#blocks.push(block);
    this.#forgetPending();
    return block;
  }

  /** A fork that has none of the blocks after the solid one: they and all that is pending are gone. */
  dropUnsolidified(): void {
    this.#blocks = this.#blocks.slice(0, this.solid.number + 1);
    this.#forgetPending();
  }

  /** What a node that is started again has lost. */
  dropPending(): void {
    this.#forgetPending();
  }

  /** Overwrites a balance in the head's state and in the pending one, outside of any transaction. */
  setBalance(address: string, balance: bigint): void {
    const layer = this.head.layer.child();
    for (const world of [new World(layer), this.pendingWorld])
      world.setAccount({ ...(world.account(address) ?? newAccount(address)), balance });
    this.#blocks[this.#blocks.length - 1] = { ...this.head, layer };
  }

  snapshot(): ChainSnapshot {
    const snapshot = {
      blocks: [...this.#blocks],
      pending: [...this.#pending],
      pendingLayer: this.#pendingLayer,
    };
    this.#pendingLayer = this.#pendingLayer.child();
    return snapshot;
  }

  revert({ blocks, pending, pendingLayer }: ChainSnapshot): void {
    this.#blocks = [...blocks];
    this.#pending = [...pending];
    this.#pendingLayer = pendingLayer.child();
  }

  /** The context of a transaction that the next block would hold. */
  nextContext(layer: Layer): ExecutionContext {
    const timestamp = this.head.timestamp + SLOT_MS;
    const witness = this.#witnessOf(timestamp).address.subarray(1);
    return this.#context(layer, { number: this.head.number + 1, timestamp, witness });
  }

  #context(layer: Layer, block: ExecutionContext["block"]): ExecutionContext {
    const { parameters, isOutOfTime } = this.#options;
    return {
      world: new World(layer),
      block,
      headTime: this.head.timestamp,
      parameters,
      runner: this.#runner,
      isOutOfTime,
    };
  }

  #checkSignature(transaction: Transaction): void {
    const owner = transaction.contract?.owner.toString("hex") ?? "";
    checkSignature(transaction, this.pendingWorld.account(owner));
  }

  async #tryApply(transaction: Transaction, layer: Layer, context: ExecutionContext): Promise<Applied> {
    checkReference(transaction, (twoBytes) => this.#recentId(twoBytes));
    checkCommon(transaction, this.head);
    const world = new World(layer.child());
    this.#checkDuplicate(transaction, world, layer === this.#pendingLayer);
    const receipt: Receipt = await applyTransaction(transaction, { ...context, world });
    world.layer.commit();
    return { transaction, receipt };
  }

  #checkDuplicate({ id }: Transaction, world: World, isPending: boolean): void {
    const isKnown = isPending && this.#pending.some(({ transaction }) => transaction.id === id);
    if (isKnown || world.blockOf(id) !== undefined)
      throw new Refusal("DUP_TRANSACTION_ERROR", "Dup transaction.");
  }

  async #orRefused(applied: Promise<Applied>): Promise<Applied | undefined> {
    try {
      return await applied;
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  #movePrice(world: World, number: number, timestamp: number): void {
    const energy = this.#options.nextEnergyPrice(number);
    if (energy === undefined || energy === world.prices.energy) return;
    world.setPrices({ energy, energyHistory: `${world.prices.energyHistory},${timestamp}:${energy}` });
  }

  /** The first block begins the first cycle; each one that crosses a boundary in time begins another. */
  #maintain(world: World, number: number, timestamp: number): void {
    const { maintenanceIntervalMs } = this.#options.parameters;
    const periodOf = (time: number) => Math.floor(time / maintenanceIntervalMs);
    if (number > 1 && periodOf(timestamp) > periodOf(this.head.timestamp)) world.setCycle(world.cycle + 1);
  }

  #witnessOf(timestamp: number): Witness {
    const { witnesses } = this.#options;
    const witness = witnesses[Math.floor(timestamp / SLOT_MS) % witnesses.length];
    if (witness === undefined) throw new Error("the chain has no witness");
    return witness;
  }

  #recentId(twoBytes: number): string | undefined {
    const { number } = this.head;
    const distance = ((number & LAST_TWO_BYTES) - twoBytes + LAST_TWO_BYTES + 1) & LAST_TWO_BYTES;
    return this.blockByNumber(number - distance)?.id;
  }

  #forgetPending(): void {
    this.#pending = [];
    this.#pendingLayer = this.head.layer.child();
  }
}
