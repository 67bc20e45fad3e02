import type { CountingClaim } from "../consensus/node/slot-inputs.ts";
import type { SlotRecords } from "../consensus/node/slot-record.ts";
import type { SlotTally, SlotTallyHead } from "../store/documents.ts";
import type { Page, PageRequest } from "../store/repositories/repository.ts";

/** A slot's record as an audit goes on with it. */
export interface TakenRecord {
  readonly head: SlotTallyHead;
  readonly tallies: readonly SlotTally[];
  /** The claims that it counts, as far as they are known. */
  readonly claims: readonly CountingClaim[];
}

/**
 * The records of closed slots, with others in place of those that are wrong or missing: an audit that went on with a wrong
 * one would find everything wrong that follows from it.
 */
export class AuditedTallies implements SlotRecords {
  readonly #stored: SlotRecords;
  /** Of slots whose record is not taken from the store. */
  readonly #replaced = new Map<number, TakenRecord>();

  constructor(stored: SlotRecords) {
    this.#stored = stored;
  }

  replace(slot: number, record: TakenRecord): void {
    this.#replaced.set(slot, record);
  }

  async get(slot: number): Promise<SlotTallyHead | undefined> {
    return this.#replaced.get(slot)?.head ?? (await this.#stored.get(slot));
  }

  async *tallies(slot: number): AsyncGenerator<SlotTally> {
    const replaced = this.#replaced.get(slot);
    if (replaced === undefined) yield* this.#stored.tallies(slot);
    else yield* replaced.tallies;
  }

  /** In pages of one slot where a record is replaced, else in the store's own. */
  async range(from: number, below: number, request: PageRequest = {}): Promise<Page<SlotTallyHead>> {
    const first = request.after === undefined ? from : Number(request.after[0]) + 1;
    if (first >= below) return { documents: [], next: undefined };
    const replaced = this.#replaced.get(first);
    if (replaced !== undefined) return { documents: [replaced.head], next: [first] };
    const until = [...this.#replaced.keys()].filter((slot) => slot > first && slot < below);
    const end = Math.min(below, ...until);
    const { after: _, ...size } = request;
    const page = await this.#stored.range(first, end, size);
    const last = page.documents.at(-1)?._id ?? end - 1;
    const isEnd = page.next === undefined && end >= below;
    return {
      documents: page.documents,
      next: isEnd ? undefined : [page.next === undefined ? end - 1 : last],
    };
  }
}
