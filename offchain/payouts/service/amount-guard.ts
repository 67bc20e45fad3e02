import type { Payouts } from "../../store/repositories/payouts.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import { PayoutServiceError } from "./errors.ts";
import type { PayoutEvent } from "./payout-event.ts";

/** A payout and its amount in micro-USDT. */
interface Amount {
  readonly payoutId: string;
  readonly amount: bigint;
}

/**
 * Keeps everything that a service pays within the total that a person confirmed. Each payout counts once, from when it
 * is first seen in flight: whoever retries it does not pay it twice.
 */
export class AmountGuard {
  readonly #maxAmount: bigint | undefined;
  readonly #payouts: Payouts;
  readonly #counted = new Map<string, bigint>();

  /** @param maxAmount micro-USDT; undefined allows any amount */
  constructor(maxAmount: bigint | undefined, payouts: Payouts) {
    this.#maxAmount = maxAmount;
    this.#payouts = payouts;
  }

  /** Counts what is confirmed, including what an earlier run sent. */
  count(event: PayoutEvent): void {
    if (event.kind === "confirmed") this.#counted.set(event.payoutId, event.amount);
  }

  /**
   * Counts a batch that is about to be signed.
   *
   * @throws {PayoutServiceError} PAYOUT_AMOUNT_CEILING where the batch, what is in flight and what was paid exceed the
   * total
   */
  async admit(batch: readonly Amount[]): Promise<void> {
    if (this.#maxAmount === undefined) return;
    await this.#countInFlight();
    const added = batch.filter(({ payoutId }) => !this.#counted.has(payoutId));
    const counted = [...this.#counted.values()].reduce((sum, amount) => sum + amount, 0n);
    const amount = added.reduce((sum, one) => sum + one.amount, counted);
    if (amount > this.#maxAmount) {
      throw new PayoutServiceError({ code: "PAYOUT_AMOUNT_CEILING", amount, ceiling: this.#maxAmount });
    }
    for (const { payoutId, amount: one } of added) this.#counted.set(payoutId, one);
  }

  async #countInFlight(): Promise<void> {
    for (const status of ["signed", "broadcast"] as const) {
      for await (const { _id, usdt_amount } of eachDocument((page) => this.#payouts.byStatus(status, page))) {
        this.#counted.set(_id, usdt_amount);
      }
    }
  }
}
