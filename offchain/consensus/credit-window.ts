import type { SlotTally } from "../store/documents.ts";
import { EntityNumbers } from "./entity-numbers.ts";
import { MemberHistory } from "./member-history.ts";
import { WINDOW_SLOTS } from "./parameters.ts";
import { RuleError } from "./rules/errors.ts";
import { exactSum } from "./rules/exact-sum.ts";
import type { Registrations } from "./rules/registrations.ts";
import { slotCredits } from "./rules/slot-credits.ts";
import type { EpochStandings } from "./rules/standings.ts";
import { epochOf, type SlotRange } from "./slot-time.ts";

/** The tallies of a closed slot. */
export interface TalliedSlot {
  readonly slot: number;
  readonly tallies: Iterable<SlotTally>;
}

export interface EnteringSlot extends TalliedSlot {
  /**
   * Members of every pool by the registrations in force in this slot. Left out where they are those of the slot
   * before; the first slot of a window needs them.
   */
  readonly members?: Registrations["members"];
}

const IS_ADMITTED = 1;
const IS_POOL = 2;

/**
 * What every entity has in the window, kept up to date as slots enter and leave: a slot costs what is in its tally,
 * never the window. Memory grows with the entities that have credits or beacons in the window or are admitted; all
 * others leave it.
 */
export class CreditWindow implements EpochStandings {
  private readonly numbers = new EntityNumbers();
  /** Credits and beacons of each number, one beside the other: whole numbers, exact up to 2^53 - 1. */
  private sums = new Float64Array(2 * this.numbers.capacity);
  /** Credits in the epoch of the last slot. */
  private epochCredits = new Float64Array(this.numbers.capacity);
  private flags = new Uint8Array(this.numbers.capacity);
  /** Of pools that had two members or more in the window. */
  private readonly histories = new Map<number, MemberHistory>();
  /** Numbers of pools whose members changed, by slot: once that slot is the first one, what was before is forgotten. */
  private readonly changedPools = new Map<number, number[]>();
  private readonly range: { first: number; last: number };
  private admitted = 0;
  private failure: { readonly error: unknown } | undefined;

  /**
   * An empty window.
   *
   * @param first the first slot that will enter: the chain's first slot, or the first one of the window that is built
   */
  constructor(first: number) {
    this.range = { first, last: first - 1 };
  }

  /** The slots that it holds. */
  get slots(): SlotRange {
    return { ...this.range };
  }

  get end(): number {
    return this.numbers.end;
  }

  /** Entities that it knows. */
  get entityCount(): number {
    return this.numbers.size;
  }

  get admittedCount(): number {
    return this.admitted;
  }

  numberOf(entityId: string): number | undefined {
    return this.numbers.find(entityId);
  }

  entityIdOf(number: number): string {
    return this.numbers.idOf(number);
  }

  creditsOf(number: number): number {
    return this.sums[2 * number] ?? 0;
  }

  beaconsOf(number: number): number {
    return this.sums[2 * number + 1] ?? 0;
  }

  slotsOf(number: number): number {
    const { first, last } = this.range;
    if ((this.flagsOf(number) & IS_POOL) === 0) return last - first + 1;
    return this.histories.get(number)?.slotsBetween(first, last) ?? last - first + 1;
  }

  isAdmitted(number: number): boolean {
    return (this.flagsOf(number) & IS_ADMITTED) !== 0;
  }

  epochCreditsOf(number: number): number {
    return this.epochCredits[number] ?? 0;
  }

  /** Notes that an entity is admitted from the slot on that is decided next, or no longer is. */
  setAdmitted(entityId: string, isAdmitted: boolean): void {
    const number = isAdmitted ? this.enter(entityId) : this.numbers.find(entityId);
    if (number === undefined || this.isAdmitted(number) === isAdmitted) return;
    this.setFlag(number, IS_ADMITTED, isAdmitted);
    this.admitted += isAdmitted ? 1 : -1;
    this.leaveIfIdle(number);
  }

  /**
   * Takes in the slot after the last one, and gives up the first one once the window is full.
   *
   * After an error the window is of no use, because part of the slot may have been taken in: every further call throws
   * the same error.
   *
   * @param leaving the first slot with the tallies with which it entered, as soon as the window has all its slots
   * @throws {RuleError} WINDOW_SLOT_MISPLACED (nothing has changed), WINDOW_TALLY_UNKNOWN, CREDITS_NOT_EXACT,
   * ENTITY_ID_INVALID
   */
  advance(entering: EnteringSlot, leaving?: TalliedSlot): void {
    if (this.failure !== undefined) throw this.failure.error;
    this.requirePlaces(entering, leaving);
    try {
      if (epochOf(entering.slot) !== epochOf(this.range.last)) this.epochCredits.fill(0);
      this.range.last = entering.slot;
      for (const tally of entering.tallies) this.add(tally);
      if (entering.members !== undefined) this.recordMembers(entering.slot, entering.members);
      if (leaving !== undefined) this.drop(leaving);
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  private requirePlaces(entering: EnteringSlot, leaving: TalliedSlot | undefined): void {
    const { first, last } = this.range;
    if (entering.slot !== last + 1) throw misplaced("entering", last + 1, entering.slot);
    const expected = last - first + 1 === WINDOW_SLOTS ? first : undefined;
    if (leaving?.slot !== expected) throw misplaced("leaving", expected, leaving?.slot);
  }

  private add(tally: SlotTally): void {
    const { entityId, beacons } = tally;
    const credits = slotCredits(tally);
    // Nothing to keep until it leaves; by then the entity may be forgotten.
    if (credits === 0 && beacons === 0) return;
    const number = this.enter(entityId);
    this.setSums(
      number,
      exactSum(this.creditsOf(number), credits, entityId, "credits"),
      exactSum(this.beaconsOf(number), beacons, entityId, "beacons"),
    );
    this.epochCredits[number] = this.epochCreditsOf(number) + credits;
  }

  private drop({ slot, tallies }: TalliedSlot): void {
    this.range.first = slot + 1;
    for (const tally of tallies) {
      const left = slotCredits(tally);
      if (left === 0 && tally.beacons === 0) continue;
      const number = this.numbers.find(tally.entityId);
      const credits = number === undefined ? -1 : this.creditsOf(number) - left;
      const beacons = number === undefined ? -1 : this.beaconsOf(number) - tally.beacons;
      if (number === undefined || credits < 0 || beacons < 0) {
        throw new RuleError({ code: "WINDOW_TALLY_UNKNOWN", slot, entityId: tally.entityId });
      }
      this.setSums(number, credits, beacons);
      if (credits === 0 && beacons === 0) this.leaveIfIdle(number);
    }
    this.changedPools.delete(slot);
    this.forgetMembers(this.range.first);
  }

  private recordMembers(slot: number, members: Registrations["members"]): void {
    const numbers = new Set<number>();
    for (const [poolId, { length: count }] of members) {
      const known = this.numbers.find(poolId);
      if (count <= 1 && (known === undefined || !this.histories.has(known))) continue;
      const number = this.enter(poolId);
      numbers.add(number);
      this.recordCount(slot, number, count);
    }
    for (const number of this.histories.keys()) {
      if (!numbers.has(number)) this.recordCount(slot, number, 0);
    }
  }

  private recordCount(slot: number, number: number, count: number): void {
    const history = this.histories.get(number) ?? new MemberHistory();
    if (history.latest === count) return;
    history.record(slot, count);
    this.histories.set(number, history);
    this.setFlag(number, IS_POOL, true);
    const changed = this.changedPools.get(slot);
    if (changed === undefined) this.changedPools.set(slot, [number]);
    else changed.push(number);
  }

  private forgetMembers(first: number): void {
    for (const number of this.changedPools.get(first) ?? []) {
      const history = this.histories.get(number);
      history?.forgetBefore(first);
      if (history?.isTrivial !== true) continue;
      this.histories.delete(number);
      this.setFlag(number, IS_POOL, false);
      this.leaveIfIdle(number);
    }
  }

  private enter(entityId: string): number {
    const number = this.numbers.findOrAdd(entityId);
    if (this.flags.length < this.numbers.capacity) {
      this.sums = enlarged(this.sums, 2 * this.numbers.capacity);
      this.epochCredits = enlarged(this.epochCredits, this.numbers.capacity);
      const flags = new Uint8Array(this.numbers.capacity);
      flags.set(this.flags);
      this.flags = flags;
    }
    return number;
  }

  private leaveIfIdle(number: number): void {
    if (this.creditsOf(number) > 0 || this.beaconsOf(number) > 0 || this.flagsOf(number) !== 0) return;
    // It has no credits of this epoch either: an epoch is shorter than a window.
    this.numbers.remove(number);
  }

  private setSums(number: number, credits: number, beacons: number): void {
    this.sums[2 * number] = credits;
    this.sums[2 * number + 1] = beacons;
  }

  private flagsOf(number: number): number {
    return this.flags[number] ?? 0;
  }

  private setFlag(number: number, flag: number, isSet: boolean): void {
    this.flags[number] = isSet ? this.flagsOf(number) | flag : this.flagsOf(number) & ~flag;
  }
}

function enlarged(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(array);
  return larger;
}

function misplaced(which: "entering" | "leaving", expected: number | undefined, given: number | undefined) {
  return new RuleError({ code: "WINDOW_SLOT_MISPLACED", which, expected, given });
}
