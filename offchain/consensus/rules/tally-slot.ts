import type { SlotTally } from "../../store/documents.ts";
import { STORAGE_CHALLENGES_PER_SLOT } from "../parameters.ts";
import type { CountedProof, CountedRelay, CountedStorage } from "./counted-proof.ts";
import { RuleError } from "./errors.ts";
import { type CountedBefore, relayedBytes } from "./relayed-bytes.ts";

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };
type Tallies = Map<string, Writable<SlotTally>>;

/**
 * What each entity did in one slot, in the order of entityId; an entity for which nothing counts has no tally.
 *
 * - `bytes`: B_t, what it relayed as far as it counts in this slot (relayed-bytes.ts), at most 2^53 - 1: claims beyond
 *   that must not keep everybody from closing the slot. The order of adding makes no difference to what is cut.
 * - `sessions`: S_t, the sessions of which its counted bytes reach the size in this slot.
 * - `storageProofs`: the different challenges that each of its nodes answered.
 * - `validationSignatures`, `beacons`: its nodes with at least one.
 *
 * The order of the proofs makes no difference, nor does the same proof given twice.
 *
 * @param proofs the counting proofs of the slot, all verified
 * @param countedBefore what relayed bytes counted in the slots before
 * @throws {RuleError} PROOFS_CONTRADICTORY
 */
export function tallySlot(proofs: Iterable<CountedProof>, countedBefore: CountedBefore): SlotTally[] {
  const entities = new Map<string, string>();
  const tallies: Tallies = new Map();
  const relays: CountedRelay[] = [];
  const counted = new Set<string>();
  for (const proof of proofs) {
    requireOneEntity(entities, proof);
    if (proof.type === "relay_bandwidth") {
      relays.push(proof);
      continue;
    }
    if (proof.type === "storage_availability") requireChallenge(proof);
    const key = keyOf(proof);
    if (counted.has(key)) continue;
    counted.add(key);
    tallyOf(tallies, proof.entityId)[FIELD[proof.type]] += 1;
  }
  addRelayed(tallies, relays, countedBefore);
  return [...tallies.values()].sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
}

const FIELD = {
  storage_availability: "storageProofs",
  validation_signature: "validationSignatures",
  uptime_beacon: "beacons",
} as const;

/** Equal for proofs of which a node has only one in a slot. */
function keyOf(proof: Exclude<CountedProof, CountedRelay>): string {
  const one = `${proof.type} ${proof.nodeId}`;
  return proof.type === "storage_availability" ? `${one} ${proof.challenge}` : one;
}

function addRelayed(tallies: Tallies, relays: readonly CountedRelay[], countedBefore: CountedBefore): void {
  for (const { entityId, bytes, isComplete } of relayedBytes(relays, countedBefore)) {
    const tally = tallyOf(tallies, entityId);
    tally.bytes = Math.min(tally.bytes + bytes, Number.MAX_SAFE_INTEGER);
    if (isComplete) tally.sessions += 1;
  }
}

function tallyOf(tallies: Tallies, entityId: string): Writable<SlotTally> {
  const known = tallies.get(entityId);
  if (known !== undefined) return known;
  const tally = {
    entityId,
    sessions: 0,
    bytes: 0,
    storageProofs: 0,
    validationSignatures: 0,
    beacons: 0,
  };
  tallies.set(entityId, tally);
  return tally;
}

/** A node that earned for two entities in one slot would be counted twice. */
function requireOneEntity(entities: Map<string, string>, { nodeId, entityId }: CountedProof): void {
  const known = entities.get(nodeId);
  if (known === undefined) entities.set(nodeId, entityId);
  else if (known !== entityId) {
    const reason = `node ${nodeId} belongs to ${known} in one and to ${entityId} in another`;
    throw new RuleError({ code: "PROOFS_CONTRADICTORY", reason });
  }
}

function requireChallenge({ nodeId, challenge }: CountedStorage): void {
  if (Number.isInteger(challenge) && challenge >= 0 && challenge < STORAGE_CHALLENGES_PER_SLOT) return;
  const reason = `node ${nodeId} answers challenge ${challenge}, and there are ${STORAGE_CHALLENGES_PER_SLOT}`;
  throw new RuleError({ code: "PROOFS_CONTRADICTORY", reason });
}
