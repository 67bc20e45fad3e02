import type { Chance } from "../random.ts";

/** What is done to a cluster in a slot. */
export type Fault =
  /** SIGKILL, and a start up to two slots later. */
  | { readonly kind: "kill"; readonly process: number; readonly at: number; readonly slots: number }
  /** SIGSTOP, and SIGCONT up to three slots later. */
  | { readonly kind: "freeze"; readonly process: number; readonly at: number; readonly slots: number }
  /** The same, for the process of whoever is to lead the next slot, between the decision and the slot's start. */
  | { readonly kind: "freeze-primary"; readonly slots: number }
  /** SIGKILL of the store's server, and a start a moment later. */
  | { readonly kind: "kill-store"; readonly at: number; readonly slots: number }
  /** Fewer blocks than the confirmations are replaced. */
  | { readonly kind: "reorg"; readonly at: number; readonly depth: number };

/** For every ten slots; in the others there is none. */
const MIX: readonly (Fault["kind"] | undefined)[] = [
  "kill",
  "freeze",
  "freeze-primary",
  undefined,
  "reorg",
  "kill",
  "freeze",
  "freeze-primary",
];
/** The store goes down three times, however long a run is. */
const STORE_KILLS = 3;

/**
 * One fault a slot at most, in an order that follows from the seed.
 *
 * @param slots in which there are faults; at least ten
 * @returns `at` is the part of the slot that is over, `slots` how long the fault lasts
 */
export function planFaults(
  slots: number,
  processes: number,
  confirmations: number,
  random: Chance,
): (Fault | undefined)[] {
  const kinds = Array.from({ length: slots }, (_, place) => MIX[place % 10]);
  for (let kill = 0; kill < STORE_KILLS; kill += 1) kinds[kinds.indexOf(undefined)] = "kill-store";
  for (let place = kinds.length - 1; place > 0; place -= 1) {
    const other = random.below(place + 1);
    [kinds[place], kinds[other]] = [kinds[other], kinds[place]];
  }
  return kinds.map((kind): Fault | undefined => {
    const at = random.next();
    const process = random.below(processes);
    switch (kind) {
      case "kill":
        return { kind, process, at, slots: 0.2 + 1.8 * random.next() };
      case "freeze":
        return { kind, process, at, slots: 0.2 + 2.8 * random.next() };
      case "freeze-primary":
        return { kind, slots: 0.3 + 1.2 * random.next() };
      case "kill-store":
        return { kind, at, slots: 0.05 + 0.2 * random.next() };
      case "reorg":
        return { kind, at, depth: 1 + random.below(confirmations - 1) };
      default:
        return undefined;
    }
  });
}
