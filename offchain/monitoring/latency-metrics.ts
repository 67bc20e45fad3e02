import { Histogram, type Registry } from "prom-client";

/** A request that was answered, or failed. */
export interface TimedRequest {
  /** E.g. `eth_call`, or `insert task_proofs`. */
  readonly operation: string;
  readonly seconds: number;
  readonly hasFailed: boolean;
}

/** From a local answer to a time-out. */
const BUCKETS_SEC = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

/** How long requests to the chain and to the store take. */
export class LatencyMetrics {
  readonly #rpc: Histogram;
  readonly #store: Histogram;

  constructor(registry: Registry) {
    const labelNames = ["operation", "result"];
    const shared = { labelNames, buckets: BUCKETS_SEC, registers: [registry] };
    this.#rpc = new Histogram({
      name: "lucid_rpc_duration_seconds",
      help: "Time until an endpoint of the On-System chain answered, by JSON-RPC method.",
      ...shared,
    });
    this.#store = new Histogram({
      name: "lucid_store_duration_seconds",
      help: "Time that the store took, by operation and collection.",
      ...shared,
    });
  }

  readonly onRpc = (request: TimedRequest): void => observe(this.#rpc, request);
  readonly onStore = (request: TimedRequest): void => observe(this.#store, request);
}

function observe(histogram: Histogram, { operation, seconds, hasFailed }: TimedRequest): void {
  histogram.observe({ operation, result: hasFailed ? "failed" : "ok" }, seconds);
}
