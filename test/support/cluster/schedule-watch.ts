import { assert } from "chai";
import { BLOCK_DEADLINE_SEC } from "../../../offchain/consensus/parameters.ts";
import { slotStart } from "../../../offchain/consensus/slot-time.ts";
import type { LeaderScheduleDocument } from "../../../offchain/store/documents.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import type { Store } from "../../../offchain/store/store.ts";

/** What was seen of a slot, all that must never be another thing later. */
interface Seen {
  winner?: string | undefined;
  reason?: string | undefined;
  transcriptHash: string;
  block?: string | undefined;
  /** It had no block after its deadline. */
  isOverdue: boolean;
}

/** Reads the leader schedule again and again while a cluster runs, and remembers what must not change. */
export class ScheduleWatch {
  readonly #store: Store;
  readonly #firstSlot: number;
  readonly #seen = new Map<number, Seen>();
  readonly violations: string[] = [];

  constructor(store: Store, firstSlot: number) {
    this.#store = store;
    this.#firstSlot = firstSlot;
  }

  /** @throws {StoreError} where the store does not answer */
  async look(): Promise<LeaderScheduleDocument[]> {
    const { leaderSchedule } = this.#store;
    // First the time: what is read afterwards is at least as new.
    const now = await this.#store.now();
    const documents: LeaderScheduleDocument[] = [];
    const range = (page: object) => leaderSchedule.range(this.#firstSlot, Number.MAX_SAFE_INTEGER, page);
    for await (const document of eachDocument(range)) {
      this.#compare(document, now);
      documents.push(document);
    }
    return documents;
  }

  #compare({ slot, transcriptHash, result, block }: LeaderScheduleDocument, now: number): void {
    const { winner, reason } = result ?? {};
    const before = this.#seen.get(slot) ?? { transcriptHash, isOverdue: false };
    const changed = (what: string, old: string | undefined, is: string | undefined) => {
      if (old !== undefined && old !== is) this.violations.push(`slot ${slot}: ${what} was ${old}, is ${is}`);
    };
    changed("transcript", before.transcriptHash, transcriptHash);
    changed("winner", before.winner, winner);
    changed("reason", before.reason, reason);
    changed("block", before.block, block?.hash);
    if (before.isOverdue && block !== undefined)
      this.violations.push(`slot ${slot}: a block after its deadline`);
    const isOverdue = block === undefined && now >= slotStart(slot) + BLOCK_DEADLINE_SEC * 1_000;
    this.#seen.set(slot, { transcriptHash, winner, reason, block: block?.hash, isOverdue });
  }

  requireNone(): void {
    assert.deepEqual(this.violations, [], "nothing that was written changes");
  }
}
