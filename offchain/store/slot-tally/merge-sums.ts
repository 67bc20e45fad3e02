import type { SlotTally } from "../documents.ts";

/** A row of an engine's aggregate: an entity's relayed sessions and bytes, or how much of another type counts. */
export type EntitySum =
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

/** Merges an engine's rows into one tally for each entity, in the order of entityId. */
export function mergeSums(sums: readonly EntitySum[]): SlotTally[] {
  const tallies = new Map<string, { -readonly [Field in keyof SlotTally]: SlotTally[Field] }>();
  for (const sum of sums) {
    const tally = tallies.get(sum.entityId) ?? {
      entityId: sum.entityId,
      sessions: 0,
      bytes: 0,
      storageProofs: 0,
      validationSignatures: 0,
      beacons: 0,
    };
    if ("type" in sum) tally[COUNTER[sum.type]] = sum.counted;
    else Object.assign(tally, { sessions: sum.sessions, bytes: sum.bytes });
    tallies.set(sum.entityId, tally);
  }
  return [...tallies.values()].sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
}
