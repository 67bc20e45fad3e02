/** More layers than this one above the other are folded into one, so that a read stays short. */
const MOST_LAYERS = 16;

/**
 * Entries over those of a parent layer. The chain has a layer a block, the pending transactions one above, each
 * transaction and each call of a contract one more. A layer with children is not written to, except by a child that is
 * committed into it; so a layer is a snapshot by itself, and going back means keeping a reference to it.
 */
export class Layer {
  readonly #entries = new Map<string, unknown>();
  readonly #parent: Layer | undefined;
  readonly #height: number;

  constructor(parent?: Layer) {
    this.#parent = parent;
    this.#height = parent === undefined ? 0 : parent.#height + 1;
  }

  get(key: string): unknown {
    for (let layer: Layer | undefined = this; layer !== undefined; layer = layer.#parent)
      if (layer.#entries.has(key)) return layer.#entries.get(key);
    return undefined;
  }

  /** A value is never changed in place: readers of layers below still hold it. */
  set(key: string, value: unknown): void {
    this.#entries.set(key, value);
  }

  child(): Layer {
    return new Layer(this);
  }

  /** Writes this layer's entries into its parent. */
  commit(): Layer {
    const parent = this.#parent;
    if (parent === undefined) throw new Error("the lowest layer has no parent to commit to");
    for (const [key, value] of this.#entries) parent.#entries.set(key, value);
    return parent;
  }

  /** The parent, without this layer's entries. */
  discard(): Layer {
    if (this.#parent === undefined) throw new Error("the lowest layer cannot be discarded");
    return this.#parent;
  }

  /** The same entries in few layers; this one stays as it is. */
  folded(): Layer {
    if (this.#height <= MOST_LAYERS) return this;
    const layers: Layer[] = [];
    for (let layer: Layer | undefined = this; layer !== undefined; layer = layer.#parent)
      layers.unshift(layer);
    const folded = new Layer();
    for (const layer of layers) for (const [key, value] of layer.#entries) folded.#entries.set(key, value);
    return folded;
  }
}
