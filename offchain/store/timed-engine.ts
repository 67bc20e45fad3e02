import type { TimedRequest } from "../monitoring/latency-metrics.ts";
import type { Engine } from "./engine.ts";

const MS_PER_SECOND = 1_000;

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
      return (...args: unknown[]) => timed(nameOf(name, args), () => value.apply(target, args), onRequest);
    },
  });
}

async function timed(
  operation: string,
  call: () => unknown,
  onRequest: (request: TimedRequest) => void,
): Promise<unknown> {
  const started = performance.now();
  const end = (hasFailed: boolean) =>
    onRequest({ operation, seconds: (performance.now() - started) / MS_PER_SECOND, hasFailed });
  try {
    const answer = await call();
    end(false);
    return answer;
  } catch (error) {
    end(true);
    throw error;
  }
}

/** Calls about a collection have its schema first. */
function nameOf(method: string, [first]: readonly unknown[]): string {
  const isSchema = typeof first === "object" && first !== null && "fields" in first && "name" in first;
  return isSchema ? `${method} ${String(first.name)}` : method;
}
