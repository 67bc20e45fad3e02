import { Layer } from "../state/layer.ts";
import type { Block } from "./block.ts";

/** How many blocks lie between the head and the block that two thirds of the witnesses have confirmed. */
const CONFIRMING_BLOCKS = { 1: 0, 27: 18 } as const;
/** The solidity service follows that block at a distance. */
const SOLIDITY_LAG = 2;
const LAST_TWO_BYTES = 0xffff;
/** In place of the state of a block that nobody can go back to, so that old states can be collected. */
const FORGOTTEN = new Layer();

/** A chain's blocks at a moment. */
export interface BlockListCopy {
  readonly blocks: readonly Block[];
  readonly solid: number;
}

/** The blocks of a chain, by number, with the newest that is confirmed and the newest that is solid. */
export class BlockList {
  #blocks: Block[];
  /** Number of the solid block, which never goes back: what was final stays final. */
  #solid = 0;
  readonly #confirming: number;

  constructor(genesis: Block, witnesses: number) {
    this.#blocks = [genesis];
    this.#confirming = CONFIRMING_BLOCKS[witnesses === 1 ? 1 : 27];
  }

  get head(): Block {
    return this.at(this.#blocks.length - 1);
  }

  /** The newest block that two thirds of the witnesses built on. */
  get confirmed(): Block {
    return this.at(Math.max(this.#solid, this.head.number - this.#confirming));
  }

  /** The newest block that /walletsolidity knows. */
  get solid(): Block {
    return this.at(this.#solid);
  }

  /** @throws where there is no such block */
  at(number: number): Block {
    const block = this.#blocks[number];
    if (block === undefined) throw new Error(`there is no block ${number}`);
    return block;
  }

  byNumber(number: number): Block | undefined {
    return this.#blocks[number];
  }

  byId(id: string): Block | undefined {
    return this.#blocks.find((block) => block.id === id);
  }

  /** The id of the newest block whose number ends with these two bytes. */
  recentId(twoBytes: number): string | undefined {
    const { number } = this.head;
    const distance = ((number & LAST_TWO_BYTES) - twoBytes + LAST_TWO_BYTES + 1) & LAST_TWO_BYTES;
    return this.byNumber(number - distance)?.id;
  }

  push(block: Block): void {
    this.#blocks.push(block);
    const before = this.#solid;
    this.#solid = Math.max(before, block.number - this.#confirming - SOLIDITY_LAG);
    for (let number = before; number < this.#solid; number++)
      this.#blocks[number] = { ...this.at(number), layer: FORGOTTEN };
  }

  /** Gives the head another state. */
  setHeadLayer(layer: Layer): void {
    this.#blocks[this.#blocks.length - 1] = { ...this.head, layer };
  }

  dropUnsolidified(): void {
    this.#blocks = this.#blocks.slice(0, this.#solid + 1);
  }

  copy(): BlockListCopy {
    return { blocks: [...this.#blocks], solid: this.#solid };
  }

  restore({ blocks, solid }: BlockListCopy): void {
    this.#blocks = [...blocks];
    this.#solid = solid;
  }
}
