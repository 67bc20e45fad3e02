import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

/** What a process loads before it does anything. */
const MODULE = import.meta.resolve("./run-plan.ts");
/** It takes 2 s on a core of its own; a machine that has a little else to do is fast enough too. */
const LOAD_MS = 3_000;
/** Slower than that, a run would take longer than anybody waits. */
const SLOWEST = 3;

/**
 * How much faster than the machine's a cluster's time may go by, so that whoever has 5 s of it to take a slot can: as
 * much slower than `fastest` as this machine, with what else it is doing, is slower than an idle one. Takes the seconds in
 * which the cluster's processes load.
 *
 * @param fastest on an idle machine with two cores, a whole number
 */
export async function fittingFactor(processes: number, fastest: number): Promise<number> {
  const started = performance.now();
  await Promise.all(Array.from({ length: processes }, load));
  const expected = LOAD_MS * Math.max(1, processes / Math.min(2, availableParallelism()));
  const slowness = Math.max(1, (performance.now() - started) / expected);
  return Math.max(SLOWEST, Math.floor(fastest / slowness));
}

async function load(): Promise<void> {
  const script = `await import(${JSON.stringify(MODULE)})`;
  const args = ["--import", "tsx", "--input-type", "module", "--eval", script];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`a process of a cluster cannot load ${MODULE}: exit code ${code}`);
}
