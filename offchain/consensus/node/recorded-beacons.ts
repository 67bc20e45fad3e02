import { type Beacons, outputsOf } from "./closed-slots.ts";
import type { ExamineModules } from "./examine-record.ts";
import { readSlotInputs } from "./slot-inputs.ts";
import { readRecord } from "./slot-record.ts";

/**
 * The VRF outputs of a closed slot's beacons, for slots that the process has not closed or compared itself. An entity of
 * which the record counts no beacon has none; where it counts only some of a pool's, all of them are given.
 *
 * @returns no outputs for a slot that is not closed
 * @throws {ConsensusError} TALLY_DIFFERS, SLOT_HEAD_UNKNOWN, and what the view of the chain throws
 */
export async function readRecordedBeacons(slot: number, modules: ExamineModules): Promise<Beacons> {
  const head = await modules.store.slotTallies.get(slot);
  if (head === undefined) return new Map();
  const { tallies } = await readRecord(modules.store, head);
  const present = new Set(tallies.flatMap(({ entityId, beacons }) => (beacons > 0 ? [entityId] : [])));
  const { claims } = await readSlotInputs(slot, modules, "uptime_beacon");
  return outputsOf(claims.filter(({ counted }) => present.has(counted.entityId)));
}
