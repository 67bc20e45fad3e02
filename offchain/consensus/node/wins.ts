import type { LeaderScheduleDocument } from "../../store/documents.ts";
import { COOLDOWN_SLOTS } from "../parameters.ts";
import type { SlotWinner } from "../rules/leader-input.ts";

/** Who won which slot, as far as decisions look back: the last few winners, and the last slot of each entity. */
export class Wins {
  readonly lastWon = new Map<string, number>();
  readonly #recent: SlotWinner[] = [];

  /** In the order of the slots, at most 16. */
  get recent(): readonly SlotWinner[] {
    return this.#recent;
  }

  /** Takes in a settled slot; each in its turn. */
  add({ slot, result }: Pick<LeaderScheduleDocument, "slot" | "result">): void {
    if (result?.winner === undefined) return;
    this.lastWon.set(result.winner, slot);
    this.#recent.push({ slot, entityId: result.winner });
    if (this.#recent.length > COOLDOWN_SLOTS) this.#recent.shift();
  }
}
