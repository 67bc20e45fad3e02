import type { SlotTallyHead } from "../../store/documents.ts";
import { StoreError } from "../../store/errors.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import { CreditWindow } from "../credit-window.ts";
import { WINDOW_SLOTS } from "../parameters.ts";
import type { Registrations } from "../rules/registrations.ts";
import type { SlotRange } from "../slot-time.ts";
import type { NodeRegistry } from "./node-registry.ts";
import { readRecord, type SlotRecord, type SlotRecords } from "./slot-record.ts";

export interface RollingWindowModules {
  readonly store: { readonly slotTallies: SlotRecords };
  readonly registry: NodeRegistry;
}

/** A credit window with what goes with it: the roots of its slots' tallies, and the members of pools. */
export class RollingWindow {
  readonly credits: CreditWindow;
  readonly #modules: RollingWindowModules;
  /** talliesRoot of each slot, in order. */
  readonly #roots: string[] = [];
  /** Of the last slot that entered. */
  #registrations: Registrations | undefined;
  #admitted: ReadonlySet<string> = new Set();

  /** An empty window. @param first the first slot that will enter */
  constructor(first: number, modules: RollingWindowModules) {
    this.credits = new CreditWindow(first);
    this.#modules = modules;
  }

  get slots(): SlotRange {
    return this.credits.slots;
  }

  get talliesRoots(): readonly string[] {
    return this.#roots;
  }

  /**
   * Takes in closed slots, up to one.
   *
   * @returns those in which relayed bytes counted
   * @throws {ConsensusError} TALLY_DIFFERS
   * @throws {StoreError} STORE_SLOT_NOT_CLOSED
   */
  async advanceTo(last: number): Promise<readonly number[]> {
    const { slotTallies } = this.#modules.store;
    const from = this.slots.last + 1;
    const relaying: number[] = [];
    if (last < from) return relaying;
    for await (const head of eachDocument((page) => slotTallies.range(from, last + 1, page))) {
      if (head._id !== this.slots.last + 1) break;
      if (await this.#take(head)) relaying.push(head._id);
    }
    if (this.slots.last < last) {
      throw new StoreError({ code: "STORE_SLOT_NOT_CLOSED", slot: this.slots.last + 1 });
    }
    return relaying;
  }

  /** Sets who is admitted in the slot to be decided. */
  setAdmitted(entities: ReadonlySet<string>): void {
    for (const entityId of this.#admitted) {
      if (!entities.has(entityId)) this.credits.setAdmitted(entityId, false);
    }
    for (const entityId of entities) {
      if (!this.#admitted.has(entityId)) this.credits.setAdmitted(entityId, true);
    }
    this.#admitted = entities;
  }

  /** Everything is read before anything changes, so that a failed reading can be repeated. */
  async #take(head: SlotTallyHead): Promise<boolean> {
    const { store, registry } = this.#modules;
    const { _id: slot, talliesRoot } = head;
    const { tallies } = await readRecord(store, head);
    const registrations = await registry.registrationsAt(slot);
    const leaving = await this.#leaving();
    const isSame = registrations === this.#registrations;
    this.credits.advance(
      { slot, tallies, ...(!isSame && { members: registrations.members }) },
      leaving && { slot: leaving.head._id, tallies: leaving.tallies },
    );
    this.#registrations = registrations;
    this.#roots.push(talliesRoot);
    if (leaving !== undefined) this.#roots.shift();
    return tallies.some(({ bytes }) => bytes > 0);
  }

  async #leaving(): Promise<SlotRecord | undefined> {
    const { first, last } = this.slots;
    if (last - first + 1 < WINDOW_SLOTS) return undefined;
    const { store } = this.#modules;
    const head = await store.slotTallies.get(first);
    if (head === undefined) throw new StoreError({ code: "STORE_SLOT_NOT_CLOSED", slot: first });
    return await readRecord(store, head);
  }
}
