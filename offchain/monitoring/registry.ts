import { collectDefaultMetrics, Registry } from "prom-client";

/** A registry of a process's metrics, with those of the process itself: memory, processor time, event loop. */
export function newRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
