/** The last block before a slot: all that the slot's rules read from the chain is read as of this one. */
export interface HeadBlock {
  readonly slot: number;
  readonly number: number;
  /** slotHash(slot). */
  readonly hash: string;
}

/**
 * The heads that were found, in the order of their slots. The slots around another one bound where its head can be.
 *
 * @param most heads that are held; beyond them the oldest slot's is dropped
 */
export class KnownHeads {
  readonly #heads: HeadBlock[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(slot: number): HeadBlock | undefined {
    const head = this.#heads[this.#placeOf(slot)];
    return head?.slot === slot ? head : undefined;
  }

  /** The head of the nearest earlier slot. */
  before(slot: number): HeadBlock | undefined {
    return this.#heads[this.#placeOf(slot) - 1];
  }

  /** The head of the nearest later slot. */
  after(slot: number): HeadBlock | undefined {
    return this.#heads[this.#placeOf(slot + 1)];
  }

  add(head: HeadBlock): void {
    if (this.get(head.slot) !== undefined) return;
    this.#heads.splice(this.#placeOf(head.slot), 0, head);
    if (this.#heads.length > this.#most) this.#heads.shift();
  }

  /** How many of the heads are of earlier slots. */
  #placeOf(slot: number): number {
    let low = 0;
    let high = this.#heads.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#heads[middle] as HeadBlock).slot < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
