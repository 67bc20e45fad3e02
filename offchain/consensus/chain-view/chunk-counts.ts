/** How many chunks there were after each block. Only blocks with chunks take memory: two numbers each. */
export class ChunkCounts {
  /** Numbers of the blocks with chunks, ascending. */
  readonly #blocks: number[] = [];
  /** Chunks up to each of these blocks, its own included. */
  readonly #counts: number[] = [];

  /** All chunks so far. */
  get total(): number {
    return this.#counts.at(-1) ?? 0;
  }

  /** Adds one chunk of the newest block, or of a later one. */
  add(blockNumber: number): void {
    const count = this.total + 1;
    if (this.#blocks.at(-1) === blockNumber) this.#counts[this.#counts.length - 1] = count;
    else {
      this.#blocks.push(blockNumber);
      this.#counts.push(count);
    }
  }

  /** Chunks up to a block, that one included. */
  upTo(blockNumber: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#blocks[middle] as number) <= blockNumber) low = middle + 1;
      else high = middle;
    }
    return this.#counts[low - 1] ?? 0;
  }
}
