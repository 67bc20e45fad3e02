import { Counter, Gauge, type Registry } from "prom-client";
import type { PayoutStatus } from "../../store/documents.ts";
import type { Payouts } from "../../store/repositories/payouts.ts";
import { PAYOUT_MOVES } from "../../store/repositories/payouts.ts";
import type { PayoutEvent } from "../service/payout-event.ts";

export interface PayoutMetricsModules {
  readonly registry: Registry;
  readonly payouts: Payouts;
  /** Unix milliseconds of the store's clock. */
  readonly now: () => Promise<number>;
}

const STATUSES = Object.keys(PAYOUT_MOVES) as PayoutStatus[];
const MICRO_USDT = 1e6;
const SUN = 1e6;
const MS_PER_SECOND = 1_000;

/** Counts what the payout service does, and shows how many payouts are in which state. */
export class PayoutMetrics {
  readonly #confirmed: Counter;
  readonly #paid: Counter;
  readonly #burned: Counter;
  readonly #events: Counter;

  constructor({ registry, payouts, now }: PayoutMetricsModules) {
    const registers = [registry];
    this.#confirmed = new Counter({
      name: "lucid_payouts_confirmed_total",
      help: "Payouts that this process saw confirmed.",
      registers,
    });
    this.#paid = new Counter({
      name: "lucid_payouts_paid_usdt_total",
      help: "USDT of the payouts that this process saw confirmed.",
      registers,
    });
    this.#burned = new Counter({
      name: "lucid_tron_burned_trx_total",
      help: "TRX that this process's transactions burned.",
      registers,
    });
    this.#events = new Counter({
      name: "lucid_payout_events_total",
      help: "What else the service did: sent, resent, dead, held, freed, refused, failed, again, opening.",
      labelNames: ["event"],
      registers,
    });
    new Gauge({
      name: "lucid_payouts",
      help: "Payouts by status.",
      labelNames: ["status"],
      registers,
      async collect() {
        for (const status of STATUSES) this.set({ status }, await payouts.countByStatus(status));
      },
    });
    new Gauge({
      name: "lucid_payout_age_seconds",
      help: "Age of the oldest payout that is not settled, by status; 0 where there is none.",
      labelNames: ["status"],
      registers,
      async collect() {
        for (const status of ["pending", "signed", "broadcast", "held"] as const) {
          const [oldest] = (await payouts.byStatus(status, { limit: 1 })).documents;
          const age = oldest === undefined ? 0 : ((await now()) - oldest.created_at) / MS_PER_SECOND;
          this.set({ status }, Math.max(0, age));
        }
      },
    });
  }

  readonly onEvent = (event: PayoutEvent): void => {
    switch (event.kind) {
      case "confirmed":
        this.#confirmed.inc();
        this.#paid.inc(Number(event.amount) / MICRO_USDT);
        break;
      case "charged":
        this.#burned.inc(Number(event.fee) / SUN);
        break;
      default:
        this.#events.inc({ event: event.kind });
    }
  };
}
