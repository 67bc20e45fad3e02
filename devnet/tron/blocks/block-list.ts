import type { Layer } from "../state/layer.ts";
import type { Block } from "./block.ts";

/** How many blocks lie between the head and the block that two thirds of the witnesses have confirmed. */
const CONFIRMING_BLOCKS = { 1: 0, 27: 18 } as const;
/** The solidity service follows that block at a distance. */
const SOLIDITY_LAG = 2;
const LAST_TWO_BYTES = 0xffff;

/** The blocks of a chain, by number, with the newest that is confirmed and the newest that is solid. */
export class BlockList {
  #blocks: Block[];
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
    return this.at(Math.max(0, this.head.number - this.#confirming));
  }

  /** The newest block that /walletsolidity knows. */
  get solid(): Block {
    return this.at(Math.max(0, this.confirmed.number - SOLIDITY_LAG));
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
  }

  /** Gives the head another state. */
  setHeadLayer(layer: Layer): void {
    this.#blocks[this.#blocks.length - 1] = { ...this.head, layer };
  }

  dropAfter(number: number): void {
    this.#blocks = this.#blocks.slice(0, number + 1);
  }

  copy(): readonly Block[] {
    return [...this.#blocks];
  }

  restore(blocks: readonly Block[]): void {
    this.#blocks = [...blocks];
  }
}
