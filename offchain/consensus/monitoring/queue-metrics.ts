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
  const unfinished = sharedWhileRead(() => readUnfinished(store, chainId));
  new Gauge({
    name: "lucid_unfinished_transactions",
    help: "Transactions without their confirmations.",
    registers,
    async collect() {
      this.set((await unfinished()).count);
    },
  });
  new Gauge({
    name: "lucid_unfinished_transaction_age_seconds",
    help: "Age of the oldest transaction without its confirmations; 0 where there is none.",
    registers,
    async collect() {
      this.set(ageOf((await unfinished()).oldest, await store.now()));
    },
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

/** How many transactions are unfinished, and when the oldest was signed; undefined where there is none. */
async function readUnfinished({ anchorTransactions }: Store, chainId: number) {
  let count = 0;
  let oldest: number | undefined;
  for await (const one of eachDocument((page) => anchorTransactions.unfinishedOfChain(chainId, page))) {
    count += 1;
    oldest = Math.min(oldest ?? one.created_at, one.created_at);
  }
  return { count, oldest };
}

/** Reads once for all who ask before the answer is there: a scrape asks for all metrics at once. */
function sharedWhileRead<Found>(read: () => Promise<Found>): () => Promise<Found> {
  let reading: Promise<Found> | undefined;
  return () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
