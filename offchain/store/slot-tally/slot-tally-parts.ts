import { findViolation, type SchemaViolation } from "../check.ts";
import type { SlotTallyPart } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { Document, Fields } from "../fields.ts";
import { Repository } from "../repositories/repository.ts";
import type { slotTallyParts } from "../schema/index.ts";
import { partId } from "./part-id.ts";

/** Parts of tallies by the hash of their content: a part that does not match its id is neither written nor read. */
export class SlotTallyParts extends Repository<typeof slotTallyParts> {
  /** Parts are large: a page of a thousand would be a gigabyte. */
  protected override readonly defaultPage = 8;

  insert(part: SlotTallyPart): Promise<Inserted> {
    return this.insertOnce([part]);
  }

  get(id: string): Promise<SlotTallyPart | undefined> {
    return this.find({ _id: id });
  }

  protected override violationOf(fields: Fields, document: Document): SchemaViolation | undefined {
    const violation = findViolation(fields, document);
    if (violation !== undefined) return violation;
    const expected = partId(document as SlotTallyPart);
    if (document._id === expected) return undefined;
    return {
      field: "_id",
      reason: `must be the hash of the part's content (${expected}), not ${document._id}`,
    };
  }
}
