import { setTimeout as pause } from "node:timers/promises";
import type { Cluster } from "../../../devnet/cluster/cluster.ts";
import type { NodeProcess } from "../../../devnet/cluster/node-process.ts";
import type { TestServer } from "../../../devnet/mongodb.ts";
import { SLOT_TIMEOUT_MS, WINDOW_LAG_SLOTS } from "../../../offchain/consensus/parameters.ts";
import { closingTime, slotStart } from "../../../offchain/consensus/slot-time.ts";
import { StoreError } from "../../../offchain/store/errors.ts";
import type { Fault } from "./fault-plan.ts";

/** So many processes are out at once at most: the others can lead. */
const MOST_OUT = 2;
const LOOK_EVERY_MS = 15;
const SLOT_MS = slotStart(1) - slotStart(0);

export interface DirectorModules {
  readonly cluster: Cluster;
  readonly server: TestServer;
  readonly processes: readonly NodeProcess[];
  readonly signal: AbortSignal;
}

/** Does to a cluster what a plan says, and undoes it. */
export class FaultDirector {
  readonly done: string[] = [];
  readonly #modules: DirectorModules;
  readonly #undoing = new Set<Promise<void>>();

  constructor(modules: DirectorModules) {
    this.#modules = modules;
  }

  async run(plan: readonly (Fault | undefined)[], firstSlot: number): Promise<void> {
    for (const [place, fault] of plan.entries()) {
      if (fault !== undefined) await this.#make(fault, firstSlot + place);
    }
    await Promise.all(this.#undoing);
  }

  async #make(fault: Fault, slot: number): Promise<void> {
    const { cluster, server, processes, signal } = this.#modules;
    if (fault.kind === "freeze-primary") return await this.#freezePrimary(slot, fault.slots);
    await pause(Math.max(0, cluster.msUntil(slot, fault.at * SLOT_MS)), undefined, { signal });
    switch (fault.kind) {
      case "kill": {
        const target = processes[fault.process] as NodeProcess;
        if (!this.#mayTake(target)) return;
        await target.kill();
        this.#undo(slot, fault.slots, `kill ${fault.process}`, async () => target.start());
        return;
      }
      case "freeze":
        this.#freeze(fault.process, slot, fault.slots, "freeze");
        return;
      case "kill-store":
        await server.kill();
        this.#undo(slot, fault.slots, "kill-store", () => server.startAgain());
        return;
      case "reorg":
        await cluster.chain.reorganise(fault.depth);
        this.done.push(`slot ${slot}: reorg of ${fault.depth}`);
    }
  }

  /** Between decision and start there are 5 s, and 5 s more until the next candidate's turn. */
  async #freezePrimary(slot: number, slots: number): Promise<void> {
    const { cluster, processes, signal } = this.#modules;
    const decided = closingTime(slot - WINDOW_LAG_SLOTS) - slotStart(slot);
    await pause(Math.max(0, cluster.msUntil(slot, decided)), undefined, { signal });
    while (cluster.now() < slotStart(slot) + SLOT_TIMEOUT_MS) {
      const primary = await untakenPrimaryOf(cluster, slot);
      const owner = processes.findIndex(({ nodeIds }) => nodeIds.includes(primary ?? ""));
      if (owner !== -1) return this.#freeze(owner, slot, slots, "freeze primary");
      await pause(LOOK_EVERY_MS);
    }
  }

  #freeze(process: number, slot: number, slots: number, name: string): void {
    const target = this.#modules.processes[process] as NodeProcess;
    if (!this.#mayTake(target)) return;
    target.stop();
    this.#undo(slot, slots, `${name} ${process}`, async () => target.resume());
  }

  #mayTake(target: NodeProcess): boolean {
    const out = this.#modules.processes.filter(({ isRunning }) => !isRunning);
    return target.isRunning && out.length < MOST_OUT;
  }

  #undo(slot: number, slots: number, name: string, undo: () => Promise<void>): void {
    const { cluster, signal } = this.#modules;
    this.done.push(`slot ${slot}: ${name} for ${slots.toFixed(1)} slots`);
    const ms = (slots * SLOT_MS) / cluster.scale.factor;
    const undoing = pause(ms, undefined, { signal })
      .then(undo)
      .finally(() => this.#undoing.delete(undoing));
    this.#undoing.add(undoing);
  }
}

async function untakenPrimaryOf({ store }: Cluster, slot: number): Promise<string | undefined> {
  try {
    const decided = await store.leaderSchedule.get(slot);
    return decided?.result === undefined ? decided?.primary : undefined;
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}
