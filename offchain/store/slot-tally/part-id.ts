import { createHash } from "node:crypto";
import type { SlotTally, SlotTallyPart } from "../documents.ts";
import { slotTally } from "../schema/slot-tallies.ts";

const FIELDS = Object.keys(slotTally.fields) as (keyof SlotTally)[];

/** The id of a part: SHA-256 over the JSON of its slot, its number and its tallies, each a list of its values. */
export function partId({ slot, number, tallies }: Omit<SlotTallyPart, "_id">): string {
  const rows = tallies.map((tally) => FIELDS.map((field) => tally[field]));
  const json = JSON.stringify([slot, number, rows]);
  return `0x${createHash("sha256").update(json).digest("hex")}`;
}
