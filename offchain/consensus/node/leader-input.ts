import { WINDOW_LAG_SLOTS } from "../parameters.ts";
import { admittedEntities } from "../rules/admission.ts";
import { entityOutputs } from "../rules/entity-outputs.ts";
import type { LeaderInput } from "../rules/leader-input.ts";
import { entityOf } from "../rules/registrations.ts";
import type { Beacons } from "./closed-slots.ts";
import type { NodeRegistry } from "./node-registry.ts";
import type { ChainView } from "./open-chain-view.ts";
import type { RollingWindow } from "./rolling-window.ts";
import { readSlotSeed } from "./slot-seed.ts";
import type { Wins } from "./wins.ts";

/** What a decision follows from, beside the chain and the registrations. */
export interface DecisionBasis {
  /** That ends two slots before. Who is admitted is set in it. */
  readonly window: Pick<RollingWindow, "credits" | "setAdmitted">;
  /** Of the slots before. */
  readonly wins: Wins;
  /** Of two slots before. */
  readonly beacons: Beacons;
}

/**
 * Puts together all that the leader of a slot follows from. Admission is as of headBlock(slot - 2), the block of the
 * seed: the slot's own head block is not known when the slot begins.
 *
 * @throws {ConsensusError} SLOT_HEAD_UNKNOWN, and what the view of the chain throws
 */
export async function readLeaderInput(
  slot: number,
  { window, wins, beacons }: DecisionBasis,
  { chain, registry }: { readonly chain: ChainView; readonly registry: NodeRegistry },
): Promise<LeaderInput> {
  const { head, seed } = await readSlotSeed(slot, chain);
  const admitted = new Set(head === undefined ? [] : await chain.admissions.admitted(head.number));
  const registrations = await registry.registrationsAt(slot);
  window.setAdmitted(admittedEntities(registrations, (nodeId) => admitted.has(nodeId)));
  const atSeed = await registry.registrationsAt(slot - WINDOW_LAG_SLOTS);
  return {
    slot,
    seed,
    standings: window.credits,
    recentWinners: wins.recent,
    lastWon: wins.lastWon,
    outputs: seed === undefined ? new Map() : entityOutputs(seed, beacons, atSeed),
    beacons: [...beacons.keys()].map((nodeId) => entityOf(atSeed, nodeId)),
  };
}
