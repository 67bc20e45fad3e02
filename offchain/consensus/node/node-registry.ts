import { ZeroHash } from "ethers";
import type { Logger } from "../../logger.ts";
import type { NodeDocument } from "../../store/documents.ts";
import { eachPage } from "../../store/repositories/repository.ts";
import type { Store } from "../../store/store.ts";
import {
  CLOSING_MARGIN_MS,
  PAYOUT_ADDRESS_DELAY_SLOTS,
  REGISTRATION_DELAY_SLOTS,
  SLOT_DURATION_SEC,
} from "../parameters.ts";
import { effectiveSlot } from "../rules/registration-state.ts";
import { type Registrations, registrationsAt } from "../rules/registrations.ts";
import { slotStart } from "../slot-time.ts";
import type { PootDomain } from "../typed-data/domain.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import { registrationFault } from "./registration-fault.ts";

export interface NodeRegistryModules {
  readonly store: Pick<Store, "nodes" | "now">;
  readonly domain: PootDomain;
  readonly logger: Logger;
}

/** Records may become readable in another order than that of their stamps; by less than this. */
const OVERLAP_MS = REGISTRATION_DELAY_SLOTS * SLOT_DURATION_SEC * 1_000;
/** Slots between changes whose registrations are remembered: those of a decision and of the slots it rests on. */
const MAX_REMEMBERED = 8;

/**
 * The registration records of the store whose signatures hold, and what they come to at a slot. Each record is verified
 * once; new ones are read when a slot is asked for that they may take effect in.
 */
export class NodeRegistry {
  readonly #store: Pick<Store, "nodes" | "now">;
  readonly #logger: Logger;
  readonly #hasher: MessageHasher;
  readonly #records = new Map<string, NodeDocument>();
  /** Ids of records without valid signatures. */
  readonly #refused = new Set<string>();
  /** By the last slot, up to the one asked for, from which anything is different. */
  readonly #remembered = new Map<number, Registrations>();
  /** Slots from which something may be different, in ascending order. */
  #changes: number[] = [];
  #newestStamp = 0;
  /** When the records were read, by the store's clock. */
  #readAt = 0;

  constructor({ store, domain, logger }: NodeRegistryModules) {
    this.#store = store;
    this.#logger = logger;
    this.#hasher = new MessageHasher(domain);
  }

  /** Records that were left out because a signature, or the id, does not hold. */
  get refusedCount(): number {
    return this.#refused.size;
  }

  /**
   * The registrations in force at a slot, the same object for as long as nothing changes.
   *
   * @param slot the current one at most: records for a later one may still be written
   * @throws {StoreError}
   */
  async registrationsAt(slot: number): Promise<Registrations> {
    // The last record that takes effect in this slot was stamped before the one before it began.
    if (this.#readAt < slotStart(slot - REGISTRATION_DELAY_SLOTS + 1) + CLOSING_MARGIN_MS) await this.#read();
    const since = this.#changes.findLast((change) => change <= slot) ?? 0;
    const known = this.#remembered.get(since);
    if (known !== undefined) return known;
    const registrations = registrationsAt(this.#records.values(), since);
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size >= MAX_REMEMBERED) this.#remembered.delete(oldest);
    this.#remembered.set(since, registrations);
    return registrations;
  }

  async #read(): Promise<void> {
    const { nodes } = this.#store;
    const readAt = await this.#store.now();
    const before = this.#records.size;
    await this.#take(this.#newestStamp - OVERLAP_MS);
    // Fewer than there are: one came later than its stamp lets expect. More: somebody took records out.
    if ((await nodes.count()) !== this.#records.size + this.#refused.size) {
      this.#records.clear();
      this.#refused.clear();
      await this.#take(0);
    } else if (this.#records.size === before) {
      this.#readAt = readAt;
      return;
    }
    this.#readAt = readAt;
    this.#remembered.clear();
    const slots = [...this.#records.values()].map((record) => effectiveSlot(record));
    const all = slots.flatMap((slot) => [slot, slot + PAYOUT_ADDRESS_DELAY_SLOTS]);
    this.#changes = [...new Set(all)].sort((a, b) => a - b);
  }

  /** Reads records that were stamped since a time, in Unix milliseconds. */
  async #take(since: number): Promise<void> {
    const { nodes } = this.#store;
    const range = since > 0 ? { after: [since, ZeroHash] } : {};
    for await (const page of eachPage((request) => nodes.all(request), range)) {
      for (const record of page) this.#takeOne(record);
    }
  }

  #takeOne(record: NodeDocument): void {
    this.#newestStamp = Math.max(this.#newestStamp, record.ts);
    if (this.#records.has(record._id) || this.#refused.has(record._id)) return;
    const fault = registrationFault(record, this.#hasher);
    if (fault === undefined) {
      this.#records.set(record._id, record);
      return;
    }
    this.#refused.add(record._id);
    const { _id: id, address, sequence } = record;
    this.#logger.warn({ id, address, sequence, fault }, "a registration record is ignored");
  }
}
