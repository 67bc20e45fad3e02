import type { LeaderScheduleDocument, NewDecision, SlotBlock, SlotResult } from "../documents.ts";
import type { Inserted, Swap } from "../engine.ts";
import type { leaderSchedule } from "../schema/index.ts";
import { ID_INDEX, type Page, type PageRequest, Repository } from "./repository.ts";

export interface Take {
  readonly winner: string;
  readonly reason: Exclude<SlotResult["reason"], "missed">;
  /** Unix milliseconds of the store's clock: the slot is taken at or after `from` and before `until`, or not. */
  readonly window: { readonly from: number; readonly until: number };
}

export interface AddedBlock {
  /** Who took the slot. */
  readonly winner: string;
  readonly block: SlotBlock;
  /** Unix milliseconds of the store's clock: the block is written at or after `from` and before `until`, or not. */
  readonly window: Take["window"];
}

export class LeaderSchedule extends Repository<typeof leaderSchedule> {
  /** Stores the decision about a slot; a different one for the same slot is a conflict. */
  insert(decision: NewDecision): Promise<Inserted> {
    return this.insertOnce([decision]);
  }

  get(slot: number): Promise<LeaderScheduleDocument | undefined> {
    return this.find({ _id: slot });
  }

  /** Takes a slot that nobody has taken; `takenAt` is stamped by the store's clock. */
  take(slot: number, { winner, reason, window }: Take): Promise<Swap<LeaderScheduleDocument>> {
    return this.settle(slot, { winner, reason }, window);
  }

  /** Closes a slot that nobody took: a later take fails. */
  miss(slot: number, detail: string): Promise<Swap<LeaderScheduleDocument>> {
    return this.settle(slot, { reason: "missed", detail });
  }

  /** Adds the block of a slot that its winner took; one a slot, and only within the window. */
  addBlock(slot: number, { winner, block, window }: AddedBlock): Promise<Swap<LeaderScheduleDocument>> {
    const expected = { "result.winner": { is: winner }, block: { absent: true } } as const;
    return this.swap({ _id: slot }, { expected, set: { block }, window });
  }

  /** Decided slots from `from` to before `below`, in order. */
  range(from: number, below: number, request: PageRequest = {}): Promise<Page<LeaderScheduleDocument>> {
    return this.page(
      { where: { _id: { atLeast: from, below } }, orderBy: ["_id"], index: ID_INDEX },
      request,
    );
  }

  /** Decided slots before `below`, the latest first. */
  before(below: number, request: PageRequest = {}): Promise<Page<LeaderScheduleDocument>> {
    return this.page(
      { where: { _id: { below } }, orderBy: ["_id"], index: ID_INDEX, descending: true },
      request,
    );
  }

  private settle(
    slot: number,
    result: Omit<SlotResult, "takenAt">,
    window?: Take["window"],
  ): Promise<Swap<LeaderScheduleDocument>> {
    const set = { result: result as SlotResult };
    return this.swap(
      { _id: slot },
      { expected: { result: { absent: true } }, set, ...(window && { window }) },
    );
  }
}
