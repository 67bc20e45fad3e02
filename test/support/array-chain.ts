import { id } from "ethers";
import type { Block, ChainBlocks } from "../../offchain/consensus/chain-view/chain-blocks.ts";

/** A chain whose blocks have whatever times a test wants, and which forks when it is told to. */
export class ArrayChain implements ChainBlocks {
  readonly blocks: Block[] = [];
  /** Blocks that were asked for. */
  reads = 0;
  #branch = 0;

  /** @param times of the blocks from 0 on, in Unix seconds */
  constructor(times: readonly number[] = []) {
    for (const time of times) this.add(time);
  }

  add(timestamp: number): Block {
    const number = this.blocks.length;
    const parentHash = this.blocks.at(-1)?.hash ?? id("nothing");
    const block = { number, hash: id(`${parentHash} ${this.#branch} ${timestamp}`), parentHash, timestamp };
    this.blocks.push(block);
    return block;
  }

  /** Replaces the last blocks by others with these times. */
  reorganise(depth: number, times: readonly number[]): void {
    this.#branch += 1;
    this.blocks.length -= depth;
    for (const time of times) this.add(time);
  }

  async latest(): Promise<number> {
    return this.blocks.length - 1;
  }

  async block(number: number): Promise<Block | undefined> {
    this.reads += 1;
    return this.blocks[number];
  }
}
