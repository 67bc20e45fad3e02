import type { NewSlotTallies, SlotTalliesDocument } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { slotTallies } from "../schema.ts";
import { ID_INDEX, type Page, type PageRequest, Repository } from "./repository.ts";

export class SlotTallies extends Repository<typeof slotTallies> {
  /** Closes a slot's inputs: the first record stands, a different one is a conflict. */
  insert(record: NewSlotTallies): Promise<Inserted> {
    return this.insertOnce([record]);
  }

  get(slot: number): Promise<SlotTalliesDocument | undefined> {
    return this.find({ _id: slot });
  }

  /** Closed slots from `from` to before `below`, in order. */
  range(from: number, below: number, request: PageRequest = {}): Promise<Page<SlotTalliesDocument>> {
    return this.page(
      { where: { _id: { atLeast: from, below } }, orderBy: ["_id"], index: ID_INDEX },
      request,
    );
  }
}
