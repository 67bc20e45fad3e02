/**
 * The first few of many in an order, without sorting the many: each is compared with the last one that is kept, and
 * mostly no further.
 */
export class BestFew<Item> {
  readonly items: Item[] = [];
  private readonly most: number;
  private readonly order: (a: Item, b: Item) => number;

  /** @param order total: never 0 for two that are offered */
  constructor(most: number, order: (a: Item, b: Item) => number) {
    this.most = most;
    this.order = order;
  }

  /** The last one that is kept, once there are as many as may be. */
  get last(): Item | undefined {
    return this.items.length === this.most ? this.items.at(-1) : undefined;
  }

  offer(item: Item): void {
    const { last } = this;
    if (last !== undefined && this.order(item, last) > 0) return;
    const place = this.items.findIndex((kept) => this.order(item, kept) < 0);
    this.items.splice(place === -1 ? this.items.length : place, 0, item);
    if (this.items.length > this.most) this.items.pop();
  }
}
