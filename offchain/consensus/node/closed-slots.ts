import type { Wallet } from "ethers";
import type { Logger } from "../../logger.ts";
import type { SlotTallyHead } from "../../store/documents.ts";
import { StoreError } from "../../store/errors.ts";
import { ConsensusError } from "../errors.ts";
import { SLOTS_PER_EPOCH } from "../parameters.ts";
import type { CountedRelay } from "../rules/counted-proof.ts";
import { type RelayedBytes, relayedBytes } from "../rules/relayed-bytes.ts";
import { epochOf } from "../slot-time.ts";
import { type ClosedInputs, type CloseModules, closeInputs } from "./close-inputs.ts";
import { type ExaminedRecord, examineRecord } from "./examine-record.ts";
import { RelayCounts } from "./relay-counts.ts";
import { type CountingClaim, readSlotInputs } from "./slot-inputs.ts";
import { readRecord } from "./slot-record.ts";

export interface ClosedSlotsModules extends CloseModules {
  readonly logger: Logger;
}

/** VRF outputs by node. */
export type Beacons = ReadonlyMap<string, string>;

/** Slots whose beacons are remembered: a decision takes those of two slots before. */
const MAX_BEACONS = 8;
/** Ids in a line of the log. */
const MAX_LOGGED = 10;

/** What follows from the closed slots, one after the other: bytes that counted, beacons, omissions. */
export class ClosedSlots {
  readonly #modules: ClosedSlotsModules;
  readonly #counts = new RelayCounts();
  #next: number;
  #disagreement: ConsensusError | undefined;
  readonly #beacons = new Map<number, Beacons>();
  /** How many valid proofs the record of a slot lacks, or what is wrong with it; of the slots compared by this process. */
  readonly #findings = new Map<number, number | ConsensusError>();
  /** What had counted before the first slot of an epoch. */
  readonly #atEpochStart = new Map<number, RelayCounts>();

  /** @param first the first slot of which something may count */
  constructor(first: number, modules: ClosedSlotsModules) {
    this.#next = first;
    this.#modules = modules;
    this.#atEpochStart.set(epochOf(first), new RelayCounts());
  }

  /** The slot to be taken next. */
  get next(): number {
    return this.#next;
  }

  /** The first TALLY_DIFFERS that was found. */
  get disagreement(): ConsensusError | undefined {
    return this.#disagreement;
  }

  /** Undefined where they are not remembered. */
  beaconsOf(slot: number): Beacons | undefined {
    return this.#beacons.get(slot);
  }

  /**
   * Closes the next slot.
   *
   * @throws {ConsensusError} SLOT_STILL_OPEN, SLOT_HEAD_UNKNOWN; with nothing changed
   */
  async close(closer: Wallet): Promise<ClosedInputs> {
    const closed = await closeInputs(this.#next, closer, this.#before(this.#counts), this.#modules);
    this.#take(closed);
    return closed;
  }

  /** Takes a slot that is closed as the next one. */
  async examine(head: SlotTallyHead): Promise<ExaminedRecord> {
    const examined = await examineRecord(head, this.#before(this.#counts), this.#modules);
    this.#take(examined);
    return examined;
  }

  /**
   * Takes in what was relayed in a closed slot, and nothing else: its relay receipts are verified, and the whole slot
   * only where the record counts fewer of them.
   */
  async replayRelays(head: SlotTallyHead): Promise<void> {
    this.skipTo(head._id);
    const { store } = this.#modules;
    const before = this.#before(this.#counts);
    const { tallies } = await readRecord(store, head);
    const { claims } = await readSlotInputs(head._id, this.#modules, "relay_bandwidth");
    const relayed = relayedBytes(relaysOf(claims), before);
    const isWhole = tallies.every(({ entityId, bytes }) => bytesOf(relayed, entityId) === bytes);
    const counted = isWhole
      ? relayed
      : relayedBytes(relaysOf((await examineRecord(head, before, this.#modules)).claims), before);
    this.#counts.add(head._id, counted);
    this.#next = head._id + 1;
  }

  /** Goes on with a later slot; nothing was relayed in those between. */
  skipTo(slot: number): void {
    for (let epoch = epochOf(this.#next - 1) + 1; epoch <= epochOf(slot); epoch += 1) {
      this.#atEpochStart.set(epoch, this.#counts.copy());
      this.#atEpochStart.delete(epoch - 2);
    }
    this.#next = Math.max(this.#next, slot);
  }

  /**
   * How many valid proofs the records from one slot to another lack. Those that were closed before this process began are
   * compared now, from the beginning of their epoch on.
   *
   * @param first in the epoch of `last`
   * @returns undefined where the slots are too old for that
   * @throws {ConsensusError} TALLY_DIFFERS
   */
  async omissionsIn(first: number, last: number): Promise<number | undefined> {
    if (!(await this.#compareMissing(first, last))) return undefined;
    let omissions = 0;
    for (let slot = first; slot <= last; slot += 1) {
      const finding = this.#findings.get(slot);
      if (finding instanceof ConsensusError) throw finding;
      omissions += finding ?? 0;
    }
    return omissions;
  }

  async #compareMissing(first: number, last: number): Promise<boolean> {
    const slots = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
    const lastMissing = slots.findLast((slot) => !this.#findings.has(slot));
    if (lastMissing === undefined) return true;
    const counts = this.#atEpochStart.get(epochOf(first))?.copy();
    if (counts === undefined) return false;
    for (const slot of slots.filter((one) => one <= lastMissing)) {
      const head = await this.#modules.store.slotTallies.get(slot);
      if (head === undefined) throw new StoreError({ code: "STORE_SLOT_NOT_CLOSED", slot });
      const before = this.#before(counts);
      const examined = await examineRecord(head, before, this.#modules);
      counts.add(slot, relayedBytes(relaysOf(examined.claims), before));
      this.#note(examined);
    }
    return true;
  }

  #before(counts: RelayCounts) {
    return (commitment: string, entityId: string) => counts.before(commitment, entityId);
  }

  #take(examined: ExaminedRecord): void {
    const { head, claims } = examined;
    const slot = head._id;
    this.skipTo(slot);
    this.#counts.add(slot, relayedBytes(relaysOf(claims), this.#before(this.#counts)));
    this.#beacons.set(slot, outputsOf(claims));
    this.#beacons.delete(slot - MAX_BEACONS);
    this.#note(examined);
    this.#next = slot + 1;
  }

  #note({ head, omittedCount, omitted, refusals, fault }: ExaminedRecord): void {
    const { logger } = this.#modules;
    const { _id: slot, closer } = head;
    this.#findings.set(slot, fault ?? omittedCount);
    this.#disagreement ??= fault;
    // An epoch is attested soon after its end.
    this.#findings.delete(slot - 2 * SLOTS_PER_EPOCH);
    if (refusals.total > 0) logger.info({ slot, refusals }, "proofs do not count");
    if (omittedCount > 0) {
      const some = omitted.slice(0, MAX_LOGGED);
      logger.warn({ slot, closer, omittedCount, omitted: some }, "a closed slot lacks valid proofs");
    }
    if (fault !== undefined) logger.error({ slot, closer, code: fault.code }, fault.message);
  }
}

/** The relays among claims. */
export function relaysOf(claims: readonly CountingClaim[]): CountedRelay[] {
  return claims.flatMap(({ counted }) => (counted.type === "relay_bandwidth" ? [counted] : []));
}

const bytesOf = (relayed: readonly RelayedBytes[], entityId: string) =>
  relayed.filter((one) => one.entityId === entityId).reduce((sum, { bytes }) => sum + bytes, 0);

/** VRF outputs by node, of the beacons among claims. */
export function outputsOf(claims: readonly CountingClaim[]): Beacons {
  const outputs = new Map<string, string>();
  for (const { counted, output } of claims) if (output !== undefined) outputs.set(counted.nodeId, output);
  return outputs;
}
