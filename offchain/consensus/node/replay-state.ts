import { eachDocument } from "../../store/repositories/repository.ts";
import { WINDOW_LAG_SLOTS } from "../parameters.ts";
import { windowOf } from "../slot-time.ts";
import { ClosedSlots, type ClosedSlotsModules } from "./closed-slots.ts";
import { RollingWindow } from "./rolling-window.ts";
import { Wins } from "./wins.ts";

/** What decisions follow from, as it is after the last one that was stored. */
export interface ReplayedState {
  /** The slot to decide next. */
  readonly nextToDecide: number;
  readonly window: RollingWindow;
  /** Of the slots before the one that was decided last. */
  readonly wins: Wins;
  readonly closed: ClosedSlots;
}

/**
 * Builds the state again: the winners from all decisions, credits from the records of the window, relayed bytes from the
 * receipts of those of its slots in which any counted. Slots of which the next decisions take the beacons are compared
 * with their proofs in full.
 *
 * @throws {ConsensusError} TALLY_DIFFERS where the parts of a record do not have its root, and what the view of the chain
 * throws
 * @throws {StoreError} STORE_SLOT_NOT_CLOSED where a record is missing
 */
export async function replayState(modules: ClosedSlotsModules): Promise<ReplayedState> {
  const { store, chain } = modules;
  const { firstSlot } = chain;
  const { wins, nextToDecide } = await replayWins(modules, firstSlot, Number.MAX_SAFE_INTEGER);
  const range = windowOf(nextToDecide, firstSlot);
  const window = new RollingWindow(range.first, modules);
  const closed = new ClosedSlots(range.first, modules);
  const heads = (from: number, below: number) =>
    eachDocument((page) => store.slotTallies.range(from, below, page));

  // The last slot of the window may not be closed yet: the decision that needs it is still to be made.
  const relaying = new Set(await window.advanceTo(Math.max(range.first, range.last) - 1));
  for await (const head of relaying.size === 0 ? [] : heads(range.first, range.last)) {
    if (relaying.has(head._id)) await closed.replayRelays(head);
  }
  closed.skipTo(Math.max(firstSlot, range.last));
  for await (const head of heads(closed.next, Number.MAX_SAFE_INTEGER)) {
    if (head._id !== closed.next) break;
    await closed.examine(head);
  }
  return { nextToDecide, window, wins, closed };
}

/**
 * The winners of all decided slots but the last one, which may not be settled yet.
 *
 * @param below slots from this one on are left out
 */
export async function replayWins(
  { store }: Pick<ClosedSlotsModules, "store">,
  firstSlot: number,
  below: number,
): Promise<{ readonly wins: Wins; readonly nextToDecide: number }> {
  const wins = new Wins();
  let nextToDecide = firstSlot;
  let last: Parameters<Wins["add"]>[0] | undefined;
  for await (const decided of eachDocument((page) => store.leaderSchedule.range(firstSlot, below, page))) {
    if (decided.slot !== nextToDecide) break;
    if (last !== undefined) wins.add(last);
    last = decided;
    nextToDecide += 1;
  }
  return { wins, nextToDecide };
}

/** The window of a slot, built from the records. */
export async function replayWindow(
  slot: number,
  modules: Pick<ClosedSlotsModules, "store" | "registry" | "chain">,
): Promise<RollingWindow> {
  const { first } = windowOf(slot, modules.chain.firstSlot);
  const window = new RollingWindow(first, modules);
  await window.advanceTo(slot - WINDOW_LAG_SLOTS);
  return window;
}
