import { Gauge, type Registry } from "prom-client";
import type { CircuitBreakers } from "../../evm/breakers/circuit-breakers.ts";
import { spentSince } from "../../evm/breakers/spent-gas.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { Store } from "../../store/store.ts";

export interface QueueMetricsModules {
  readonly registry: Registry;
  readonly store: Store;
  readonly chainId: number;
  readonly breakers: Pick<CircuitBreakers, "reports">;
}

const HOUR_MS = 3_600_000;
const MS_PER_SECOND = 1_000;
const WEI_PER_GWEI = 1e9;

/** What waits, and what it costs: read from the store whenever somebody scrapes. */
export function registerQueueMetrics({ registry, store, chainId, breakers }: QueueMetricsModules): void {
  const registers = [registry];
  new Gauge({
    name: "lucid_pending_sessions",
    help: "Sessions that wait for a leader.",
    registers,
    async collect() {
      this.set(await store.sessions.countByStatus("pending"));
    },
  });
  new Gauge({
    name: "lucid_pending_session_age_seconds",
    help: "Age of the oldest session that waits for a leader; 0 where none waits.",
    registers,
    async collect() {
      const [oldest] = (await store.sessions.byStatus("pending", { limit: 1 })).documents;
      this.set(ageOf(oldest?.created_at, await store.now()));
    },
  });
  const unfinished = new Gauge({
    name: "lucid_unfinished_transactions",
    help: "Transactions without their confirmations.",
    registers,
    async collect() {
      let [count, oldest] = [0, Number.POSITIVE_INFINITY];
      for await (const one of eachDocument((page) =>
        store.anchorTransactions.unfinishedOfChain(chainId, page),
      )) {
        count += 1;
        oldest = Math.min(oldest, one.created_at);
      }
      this.set(count);
      unfinishedAge.set(ageOf(count === 0 ? undefined : oldest, await store.now()));
    },
  });
  const unfinishedAge: Gauge = new Gauge({
    name: "lucid_unfinished_transaction_age_seconds",
    help: "Age of the oldest transaction without its confirmations; 0 where there is none.",
    registers,
    collect: async () => void (await unfinished.get()),
  });
  new Gauge({
    name: "lucid_gas_spent_gwei",
    help: "Cost of what was sent in the last hour and of what is still in flight, in gwei.",
    registers,
    async collect() {
      const since = (await store.now()) - HOUR_MS;
      this.set(Number(await spentSince(store.anchorTransactions, { chainId, since })) / WEI_PER_GWEI);
    },
  });
  new Gauge({
    name: "lucid_breaker_open",
    help: "1 where a circuit breaker refuses everything, 0.5 where it lets one try through.",
    labelNames: ["breaker"],
    registers,
    collect() {
      for (const { breaker, state } of breakers.reports) {
        this.set({ breaker }, state === "open" ? 1 : state === "half-open" ? 0.5 : 0);
      }
    },
  });
  new Gauge({
    name: "lucid_breaker_trips",
    help: "How often a circuit breaker tripped.",
    labelNames: ["breaker"],
    registers,
    collect() {
      for (const { breaker, trips } of breakers.reports) this.set({ breaker }, trips);
    },
  });
}

function ageOf(createdAt: number | undefined, now: number): number {
  return createdAt === undefined ? 0 : Math.max(0, (now - createdAt) / MS_PER_SECOND);
}
