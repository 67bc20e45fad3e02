import { REFUSALS, type Refusal } from "../rules/proofs/refusal.ts";

/** How many proofs were refused, by reason. */
export class RefusalCounts {
  private readonly counts = new Map<Refusal, number>();

  /** Counts the outcome of one verification; undefined is a proof that counts, and changes nothing. */
  add(refusal: Refusal | undefined): void {
    if (refusal !== undefined) this.counts.set(refusal, this.of(refusal) + 1);
  }

  of(refusal: Refusal): number {
    return this.counts.get(refusal) ?? 0;
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The reasons that occurred, in the order of the closed set: what a log line or `--json` shows. */
  toJSON(): Partial<Record<Refusal, number>> {
    return Object.fromEntries(
      REFUSALS.filter((refusal) => this.counts.has(refusal)).map((refusal) => [refusal, this.of(refusal)]),
    );
  }
}
