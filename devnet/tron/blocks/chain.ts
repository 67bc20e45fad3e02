import type { ChainParameters } from "../chain-parameters.ts";
import { applyTransaction } from "../contracts/apply.ts";
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
import { BlockList, type BlockListCopy } from "./block-list.ts";
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
  readonly blocks: BlockListCopy;
  readonly pending: readonly Applied[];
  readonly pendingLayer: Layer;
}

/**
 * The chain: blocks, the state after each, and the pending transactions, whose state every /wallet read shows before
 * any block holds them.
 */
export class Chain {
  readonly blocks: BlockList;
  readonly runner: Runner;
  readonly #options: ChainOptions;
  #pending: Applied[] = [];
  #pendingLayer: Layer;

  constructor(genesis: Block, options: ChainOptions) {
    this.#options = options;
    this.blocks = new BlockList(genesis, options.witnesses.length);
    this.#pendingLayer = genesis.layer.child();
    const hashOf = (number: number) => {
      const id = this.blocks.byNumber(number)?.id;
      return id === undefined ? undefined : Buffer.from(id, "hex");
    };
    this.runner = new Runner(this.chainId, hashOf, options.parameters);
  }

  /** What contracts see as block.chainid: the last four bytes of the genesis block's id. */
  get chainId(): bigint {
    return BigInt(`0x${this.blocks.at(0).id.slice(-8)}`);
  }

  get head(): Block {
    return this.blocks.head;
  }

  get pending(): readonly Applied[] {
    return this.#pending;
  }

  get parameters(): ChainParameters {
    return this.#options.parameters;
  }

  get witnesses(): readonly Witness[] {
    return this.#options.witnesses;
  }

  /** The state with everything pending. */
  get pendingWorld(): World {
    return new World(this.#pendingLayer);
  }

  /** Checks a broadcast as a node does, and takes it among the pending ones. @throws {Refusal} */
  async accept(transaction: Transaction): Promise<void> {
    if (transaction.contract === undefined)
      throw new Refusal("CONTRACT_VALIDATE_ERROR", "Contract validate error : No contract!");
    checkNextSlot(transaction, this.head);
    const owner = transaction.contract.owner.toString("hex");
    checkSignature(transaction, this.pendingWorld.account(owner));
    const timestamp = this.head.timestamp + SLOT_MS;
    const context = this.#context(this.#pendingLayer, timestamp, this.#witnessOf(timestamp));
    this.#pending.push(await this.#apply(transaction, context, this.#pending));
  }

  /**
   * Produces a block of everything pending; what the time or another transaction made impossible is dropped.
   *
   * @param lost ids of pending transactions that do not get into it
   */
  async produce(timestamp: number, lost: ReadonlySet<string> = new Set()): Promise<Block> {
    const { head } = this;
    const layer = head.layer.folded().child();
    const world = new World(layer);
    this.#movePrice(world, timestamp);
    const witness = this.#witnessOf(timestamp);
    const context = this.#context(layer, timestamp, witness);
    const transactions: Applied[] = [];
    for (const { transaction } of this.#pending) {
      if (lost.has(transaction.id)) continue;
      const applied = await unlessRefused(this.#apply(transaction, context, transactions));
      if (applied !== undefined) transactions.push(applied);
    }
    const number = head.number + 1;
    for (const { transaction } of transactions) world.setBlockOf(transaction.id, number);
    this.#maintain(world, number, timestamp);
    const id = this.#options.blockIds?.get(number);
    const block = sealBlock({ number, parentId: head.id, timestamp, witness, transactions, layer, id });
    this.blocks.push(block);
    this.dropPending();
    return block;
  }

  /** A fork that has none of the blocks after the solid one: they and all that is pending are gone. */
  dropUnsolidified(): void {
    this.blocks.dropUnsolidified();
    this.dropPending();
  }

  /** Forgets the pending transactions, as a node that is started again does. */
  dropPending(): void {
    this.#pending = [];
    this.#pendingLayer = this.head.layer.child();
  }

  /** Overwrites a balance in the head's state and in the pending one, outside of any transaction. */
  setBalance(address: string, balance: bigint): void {
    const layer = this.head.layer.child();
    for (const world of [new World(layer), this.pendingWorld])
      world.setAccount({ ...(world.account(address) ?? newAccount(address)), balance });
    this.blocks.setHeadLayer(layer);
  }

  snapshot(): ChainSnapshot {
    const snapshot = {
      blocks: this.blocks.copy(),
      pending: [...this.#pending],
      pendingLayer: this.#pendingLayer,
    };
    this.#pendingLayer = this.#pendingLayer.child();
    return snapshot;
  }

  revert({ blocks, pending, pendingLayer }: ChainSnapshot): void {
    this.blocks.restore(blocks);
    this.#pending = [...pending];
    this.#pendingLayer = pendingLayer.child();
  }

  #context(layer: Layer, timestamp: number, witness: Witness): ExecutionContext {
    const { parameters, isOutOfTime } = this.#options;
    return {
      world: new World(layer),
      block: { number: this.head.number + 1, timestamp, witness: witness.address.subarray(1) },
      headTime: this.head.timestamp,
      parameters,
      runner: this.runner,
      isOutOfTime,
    };
  }

  /** @param before what comes before it, beside what blocks hold @throws {Refusal} */
  async #apply(
    transaction: Transaction,
    context: ExecutionContext,
    before: readonly Applied[],
  ): Promise<Applied> {
    checkReference(transaction, (twoBytes) => this.blocks.recentId(twoBytes));
    checkCommon(transaction, this.head);
    const world = new World(context.world.layer.child());
    const isKnown = before.some((other) => other.transaction.id === transaction.id);
    if (isKnown || world.blockOf(transaction.id) !== undefined)
      throw new Refusal("DUP_TRANSACTION_ERROR", "Dup transaction.");
    const receipt = await applyTransaction(transaction, { ...context, world });
    world.layer.commit();
    return { transaction, receipt };
  }

  #movePrice(world: World, timestamp: number): void {
    const energy = this.#options.nextEnergyPrice(this.head.number + 1);
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
}

async function unlessRefused(applied: Promise<Applied>): Promise<Applied | undefined> {
  try {
    return await applied;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
