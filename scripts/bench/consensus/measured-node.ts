/** A cluster's node that also tells, at each slot's start, what its process has done so far. Argument: its NodePlan's path. */
import { subscribe } from "node:diagnostics_channel";
import { readPlan, runPlan } from "../../../devnet/cluster/run-plan.ts";
import { scaledClock, type TimeScale } from "../../../devnet/cluster/scaled-clock.ts";
import { tell } from "../../../devnet/cluster/tell.ts";
import { slotAt, slotStart } from "../../../offchain/consensus/slot-time.ts";
import type { Engine } from "../../../offchain/store/engine.ts";

const calls = { storeCalls: 0, rpcCalls: 0 };

/** The same engine, whose calls are counted. */
function counting(engine: Engine): Engine {
  return new Proxy(engine, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        calls.storeCalls += 1;
        return member.apply(target, args);
      };
    },
  });
}

async function tellWork(scale: TimeScale): Promise<void> {
  const clock = scaledClock(scale);
  for (let slot = slotAt(clock.now()) + 1; ; slot += 1) {
    await clock.sleepUntil(slotStart(slot));
    const { user, system } = process.cpuUsage();
    tell({ kind: "work", slot, cpuMs: (user + system) / 1_000, ...calls });
  }
}

const plan = readPlan(process.argv[2] ?? "");
// Every request of fetch goes to the chain.
subscribe("undici:request:create", () => {
  calls.rpcCalls += 1;
});
void tellWork(plan.scale);
await runPlan(plan, counting);
process.exit();
