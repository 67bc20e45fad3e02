import type { SlotTally } from "./documents.ts";

/** A row of an engine's aggregate: an entity's relayed sessions and bytes, or how much of another type counts. */
export type TallyPart =
  | { readonly entityId: string; readonly sessions: number; readonly bytes: number }
  | {
      readonly entityId: string;
      readonly type: "storage_availability" | "validation_signature" | "uptime_beacon";
      readonly counted: number;
    };

const COUNTER = {
  storage_availability: "storageProofs",
  validation_signature: "validationSignatures",
  uptime_beacon: "beacons",
} as const;

/** One tally an entity, by entityId. */
export function sumTallies(parts: readonly TallyPart[]): SlotTally[] {
  const tallies = new Map<string, { -readonly [Field in keyof SlotTally]: SlotTally[Field] }>();
  for (const part of parts) {
    const tally = tallies.get(part.entityId) ?? {
      entityId: part.entityId,
      sessions: 0,
      bytes: 0,
      storageProofs: 0,
      validationSignatures: 0,
      beacons: 0,
    };
    if ("type" in part) tally[COUNTER[part.type]] = part.counted;
    else Object.assign(tally, { sessions: part.sessions, bytes: part.bytes });
    tallies.set(part.entityId, tally);
  }
  return [...tallies.values()].sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
}
