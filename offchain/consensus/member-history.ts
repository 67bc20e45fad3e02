interface Change {
  readonly slot: number;
  readonly members: number;
}

/**
 * How many members a pool had in each slot of a window, kept as the changes: a pool that stays as it is costs one
 * entry, however long the window.
 */
export class MemberHistory {
  private changes: Change[] = [];

  /** Members since the last change. */
  get latest(): number {
    return this.changes.at(-1)?.members ?? 0;
  }

  /** @param slot later than those of all changes before */
  record(slot: number, members: number): void {
    this.changes.push({ slot, members });
  }

  /** Forgets what was before `first`. */
  forgetBefore(first: number): void {
    const current = this.changes.findLastIndex(({ slot }) => slot <= first);
    if (current > 0) this.changes = this.changes.slice(current);
  }

  /** Whether it says no more than that the pool never had two members. */
  get isTrivial(): boolean {
    return this.changes.every(({ members }) => members <= 1);
  }

  /**
   * The beacons that would have been sent from `first` to `last`, both included, had no member been away: the members
   * of each slot, one at least. A slot in which a pool had no members counts as one, as a slot before its
   * registration does for a node; otherwise a pool that was founded a minute ago would have been live all its life.
   */
  slotsBetween(first: number, last: number): number {
    let sum = Math.max(0, last - first + 1);
    for (const [at, { slot, members }] of this.changes.entries()) {
      const until = Math.min(last, (this.changes[at + 1]?.slot ?? Infinity) - 1);
      const slots = until - Math.max(first, slot) + 1;
      if (slots > 0 && members > 1) sum += slots * (members - 1);
    }
    return sum;
  }
}
