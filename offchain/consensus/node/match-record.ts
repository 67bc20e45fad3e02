import type { SlotTally, SlotTallyHead } from "../../store/documents.ts";
import type { CountedProof } from "../rules/counted-proof.ts";
import { type CountedBefore, relayedBytes } from "../rules/relayed-bytes.ts";
import { tallySlot } from "../rules/tally-slot.ts";
import { subsets, withoutSome } from "./combinations.ts";
import { type Choices, findKept } from "./find-kept.ts";
import { talliesRoot } from "./record-roots.ts";
import type { CountingClaim } from "./slot-inputs.ts";

/** A slot's record: its head, and the tallies that its parts hold. */
export interface MatchedRecord {
  readonly head: Pick<SlotTallyHead, "proofCount" | "proofsRoot" | "talliesRoot" | "entityCount">;
  readonly tallies: readonly SlotTally[];
}

/** How a slot's record compares with the proofs in the store. */
export type RecordMatch =
  | {
      readonly isSupported: true;
      /** The claims that the record counts. */
      readonly kept: readonly CountingClaim[];
      readonly omittedCount: number;
      /** Ids of those that it lacks; of none of them where the roots do not tell which they are. */
      readonly omitted: readonly string[];
    }
  | { readonly isSupported: false; readonly reason: string };

/** Receipts of one entity in a slot beyond which not every subset of them is tried. */
const MAX_RECEIPTS = 10;
const FIELDS = ["sessions", "bytes", "storageProofs", "validationSignatures", "beacons"] as const;

/**
 * Compares a slot's record with the claims that count by the store's proofs.
 *
 * A record may lack claims, and must not hold what no claim supports: no entity may have more than all claims together
 * give it, and the proofs root must be that of some of them. Which they are is searched for, entity by entity: the
 * tallies tell how many claims of which kind each one lacks, and the root tells which. Where that leaves more
 * possibilities than can be tried, all claims of an entity are taken to be kept but those of a kind of which it has none:
 * the same for everybody, from the record and the store alone.
 *
 * @param claims all that count, in the store's order
 * @param countedBefore what relayed bytes counted in the slots before
 */
export function matchRecord(
  record: MatchedRecord,
  claims: readonly CountingClaim[],
  countedBefore: CountedBefore,
): RecordMatch {
  const { head, tallies } = record;
  const own = tallySlot(
    claims.map(({ counted }) => counted),
    countedBefore,
  );
  const fault = faultOf(record, own, claims.length);
  if (fault !== undefined) return { isSupported: false, reason: fault };
  const recorded = new Map(tallies.map((tally) => [tally.entityId, tally]));
  const groups = [...groupsOf(claims).values()].map((group) => choicesOf(group, recorded, countedBefore));
  const search = findKept(groups, head);
  if (search === "none") {
    return { isSupported: false, reason: "its proofs root is not that of valid proofs in the store" };
  }
  const omittedCount = claims.length - head.proofCount;
  if (search === "unknown") {
    const kept = claims.filter(({ counted }) => isOfKindKept(counted, recorded.get(counted.entityId)));
    return { isSupported: true, kept, omittedCount, omitted: [] };
  }
  const isKept = new Set(search);
  const kept = claims.filter((claim) => isKept.has(claim));
  const omitted = claims.filter((claim) => !isKept.has(claim)).map(({ id }) => id);
  return { isSupported: true, kept, omittedCount, omitted };
}

/** What is wrong with a record whatever claims it counts. */
function faultOf(
  { head, tallies }: MatchedRecord,
  own: readonly SlotTally[],
  claimCount: number,
): string | undefined {
  if (tallies.length !== head.entityCount) return `its head names ${head.entityCount} entities`;
  if (talliesRoot(tallies) !== head.talliesRoot) return "its tallies are not those of its root";
  if (head.proofCount > claimCount) {
    return `it counts ${head.proofCount} proofs, of which ${claimCount} are in the store and valid`;
  }
  const supported = new Map(own.map((tally) => [tally.entityId, tally]));
  for (const tally of tallies) {
    const most = supported.get(tally.entityId);
    const field = FIELDS.find((name) => tally[name] > (most?.[name] ?? 0));
    if (field === undefined) continue;
    return `entity ${tally.entityId} has ${tally[field]} ${field}, of which proofs support ${most?.[field] ?? 0}`;
  }
  return undefined;
}

/** Claims among which the tally of an entity does not tell: of one entity and of one kind. */
function groupsOf(claims: readonly CountingClaim[]): Map<string, CountingClaim[]> {
  const groups = new Map<string, CountingClaim[]>();
  for (const claim of claims) {
    const key = `${claim.counted.entityId} ${claim.counted.type}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [claim]);
    else group.push(claim);
  }
  return groups;
}

const FIELD = {
  storage_availability: "storageProofs",
  validation_signature: "validationSignatures",
  uptime_beacon: "beacons",
} as const;

/** The ways in which a record may keep some of a group's claims, those that omit least first. */
function choicesOf(
  group: readonly CountingClaim[],
  recorded: ReadonlyMap<string, SlotTally>,
  countedBefore: CountedBefore,
): Choices {
  const [first] = group as [CountingClaim];
  const { entityId, type } = first.counted;
  const tally = recorded.get(entityId);
  if (type !== "relay_bandwidth") {
    return { isComplete: true, each: () => withoutSome(group, group.length - (tally?.[FIELD[type]] ?? 0)) };
  }
  const isRecorded = (kept: readonly CountingClaim[]) => {
    const relays = kept.flatMap(({ counted }) => (counted.type === "relay_bandwidth" ? [counted] : []));
    const relayed = relayedBytes(relays, countedBefore);
    const bytes = relayed.reduce((sum, one) => sum + one.bytes, 0);
    const sessions = relayed.filter(({ isComplete }) => isComplete).length;
    return bytes === (tally?.bytes ?? 0) && sessions === (tally?.sessions ?? 0);
  };
  const isComplete = group.length <= MAX_RECEIPTS;
  return {
    isComplete,
    *each() {
      for (const kept of isComplete ? subsets(group) : [group, []]) if (isRecorded(kept)) yield kept;
    },
  };
}

/** Where nobody can tell which claims a record lacks: whether the entity has any claim of this kind by the record. */
function isOfKindKept({ type }: CountedProof, tally: SlotTally | undefined): boolean {
  return (tally?.[type === "relay_bandwidth" ? "bytes" : FIELD[type]] ?? 0) > 0;
}
