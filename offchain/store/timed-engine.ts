import type { TimedRequest } from "../monitoring/latency-metrics.ts";
import { timeRequest } from "../monitoring/time-request.ts";
import type { Engine } from "./engine.ts";

/**
 * An engine whose calls are timed, named by method and collection, e.g. `insert task_proofs`.
 *
 * @param onRequest called when a call has ended
 */
export function timedEngine(engine: Engine, onRequest: (request: TimedRequest) => void): Engine {
  return new Proxy(engine, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function" || typeof name !== "string") return value;
      return (...args: unknown[]) =>
        timeRequest(
          nameOf(name, args),
          () => value.apply(target, args),
          onRequest,
          () => performance.now(),
        );
    },
  });
}

/** Calls about a collection have its schema first. */
function nameOf(method: string, [first]: readonly unknown[]): string {
  const isSchema = typeof first === "object" && first !== null && "fields" in first && "name" in first;
  return isSchema ? `${method} ${String(first.name)}` : method;
}
