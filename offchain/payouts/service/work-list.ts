import type { PayoutDocument } from "../../store/documents.ts";

/** What is kept in memory of a payout that is due. */
export interface WorkItem {
  readonly payoutId: string;
  readonly router: string;
  readonly root: string;
  readonly index: number;
  readonly amount: bigint;
}

/** Payouts that are due, in the order in which they are paid: statement by statement, in the order of its rows. */
export class WorkList {
  /** In reverse: the next one is the last. */
  readonly #items: WorkItem[];
  readonly #due = new Map<string, bigint>();

  constructor(items: readonly WorkItem[]) {
    this.#items = items.toSorted((a, b) => compare(b, a));
    for (const { router, amount } of items) this.#count(router, amount);
  }

  get length(): number {
    return this.#items.length;
  }

  /** What is due at a router, in micro-USDT. */
  dueAt(router: string): bigint {
    return this.#due.get(router) ?? 0n;
  }

  /** The next one, if it belongs to the same router and statement as the ones before it. */
  next(like: WorkItem | undefined): WorkItem | undefined {
    const item = this.#items.at(-1);
    if (item === undefined || (like !== undefined && !isSameStatement(item, like))) return undefined;
    this.#count(item.router, -item.amount);
    return this.#items.pop();
  }

  /** Puts items back that were taken, in the order in which they were taken. */
  putBack(items: readonly WorkItem[]): void {
    this.#items.push(...items.toReversed());
    for (const { router, amount } of items) this.#count(router, amount);
  }

  #count(router: string, amount: bigint): void {
    this.#due.set(router, this.dueAt(router) + amount);
  }
}

export function workItem(document: PayoutDocument): WorkItem {
  return {
    payoutId: document._id,
    router: document.router,
    root: document.plan_root ?? "",
    index: document.plan_index ?? 0,
    amount: document.usdt_amount,
  };
}

const isSameStatement = (a: WorkItem, b: WorkItem) => a.router === b.router && a.root === b.root;

function compare(a: WorkItem, b: WorkItem): number {
  if (a.router !== b.router) return a.router < b.router ? -1 : 1;
  if (a.root !== b.root) return a.root < b.root ? -1 : 1;
  return a.index - b.index;
}
