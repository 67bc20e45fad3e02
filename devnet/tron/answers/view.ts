import type { Applied, Block } from "../blocks/block.ts";
import type { Chain } from "../blocks/chain.ts";
import { World } from "../state/world.ts";

/** A transaction that a view knows, and its block where one holds it. */
export interface Found {
  readonly applied: Applied;
  readonly block: Block | undefined;
}

/** What one of the node's two services sees: /wallet the head and what is pending, /walletsolidity the solid block. */
export class View {
  readonly chain: Chain;
  readonly isSolid: boolean;

  constructor(chain: Chain, isSolid: boolean) {
    this.chain = chain;
    this.isSolid = isSolid;
  }

  get head(): Block {
    return this.isSolid ? this.chain.blocks.solid : this.chain.head;
  }

  /** The block that transactions built here refer to. */
  get reference(): Block {
    return this.isSolid ? this.chain.blocks.solid : this.chain.blocks.confirmed;
  }

  get world(): World {
    return this.isSolid ? new World(this.chain.blocks.solid.layer) : this.chain.pendingWorld;
  }

  blockByNumber(number: number): Block | undefined {
    return number > this.head.number ? undefined : this.chain.blocks.byNumber(number);
  }

  blockById(id: string): Block | undefined {
    const block = this.chain.blocks.byId(id);
    return block === undefined || block.number > this.head.number ? undefined : block;
  }

  transaction(id: string): Found | undefined {
    const pending = this.isSolid ? undefined : this.pending(id);
    if (pending !== undefined) return { applied: pending, block: undefined };
    const number = this.world.blockOf(id);
    const block = number === undefined ? undefined : this.blockByNumber(number);
    const applied = block?.transactions.find(({ transaction }) => transaction.id === id);
    return applied === undefined ? undefined : { applied, block };
  }

  pending(id: string): Applied | undefined {
    return this.chain.pending.find(({ transaction }) => transaction.id === id);
  }
}
