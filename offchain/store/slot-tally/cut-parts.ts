import { findValueViolation } from "../check.ts";
import type { SlotTally, SlotTallyPart } from "../documents.ts";
import { StoreError } from "../errors.ts";
import { slotTallies, slotTally } from "../schema/slot-tallies.ts";
import { partId } from "./part-id.ts";

/**
 * The largest part, in bytes of JSON. BSON takes at most 1.4 times as much, far less than MongoDB's 16 MiB; a part
 * is small enough to be held in memory, and 300,000 entities fit in some fifty parts.
 */
export const MAX_PART_BYTES = 2 ** 20;

/**
 * Cuts the tallies of a slot into parts, holding one part at a time.
 *
 * @param tallies in the order of entityId, each entity once
 * @throws {StoreError} STORE_DOCUMENT_INVALID
 */
export async function* cutParts(
  slot: number,
  tallies: Iterable<SlotTally> | AsyncIterable<SlotTally>,
): AsyncGenerator<SlotTallyPart> {
  let held: SlotTally[] = [];
  let bytes = 0;
  let number = 0;
  let previous = "";
  for await (const tally of tallies) {
    requireNext(slot, tally, previous);
    previous = tally.entityId;
    const size = Buffer.byteLength(JSON.stringify(tally)) + 1;
    if (held.length > 0 && bytes + size > MAX_PART_BYTES) {
      yield toPart(slot, number, held);
      number += 1;
      [held, bytes] = [[], 0];
    }
    held.push(tally);
    bytes += size;
  }
  if (held.length > 0) yield toPart(slot, number, held);
}

function toPart(slot: number, number: number, tallies: readonly SlotTally[]): SlotTallyPart {
  return { _id: partId({ slot, number, tallies }), slot, number, tallies };
}

function requireNext(slot: number, tally: SlotTally, previous: string): void {
  const violation = findValueViolation("tally", slotTally, tally, {});
  if (violation !== undefined) throw invalid(slot, violation.field, violation.reason);
  if (tally.entityId <= previous) {
    throw invalid(slot, "tally.entityId", `must come after ${previous}, not be ${tally.entityId}`);
  }
}

function invalid(slot: number, field: string, reason: string): StoreError {
  const { name: collection } = slotTallies;
  const id = String(slot);
  return new StoreError({ code: "STORE_DOCUMENT_INVALID", collection, id, field, reason, found: "on write" });
}
