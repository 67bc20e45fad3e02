import { WINDOW_SLOTS } from "../parameters.ts";
import type { RelayedBytes } from "../rules/relayed-bytes.ts";

interface Counts {
  /** The last slot in which bytes of the session counted. */
  last: number;
  readonly byEntity: Map<string, number>;
}

/**
 * The bytes of each session that counted for each entity so far. A receipt counts at most 5,040 slots after its session
 * was registered, so a session of which nothing counted for that long is forgotten, and whoever starts again needs the
 * last 5,040 slots and no more.
 */
export class RelayCounts {
  readonly #sessions = new Map<string, Counts>();

  /** Bytes of a session that counted for an entity in all slots before. */
  before(commitment: string, entityId: string): number {
    return this.#sessions.get(commitment)?.byEntity.get(entityId) ?? 0;
  }

  /** Takes in what counted in a slot, and forgets what is too old to matter in the next one. */
  add(slot: number, relayed: readonly RelayedBytes[]): void {
    for (const { commitment, entityId, bytes } of relayed) {
      const counts = this.#sessions.get(commitment) ?? { last: slot, byEntity: new Map() };
      counts.last = slot;
      counts.byEntity.set(entityId, (counts.byEntity.get(entityId) ?? 0) + bytes);
      // The sessions are in the order in which they counted last.
      this.#sessions.delete(commitment);
      this.#sessions.set(commitment, counts);
    }
    for (const [commitment, { last }] of this.#sessions) {
      if (last > slot - WINDOW_SLOTS) break;
      this.#sessions.delete(commitment);
    }
  }

  copy(): RelayCounts {
    const copy = new RelayCounts();
    for (const [commitment, { last, byEntity }] of this.#sessions) {
      copy.#sessions.set(commitment, { last, byEntity: new Map(byEntity) });
    }
    return copy;
  }
}
