import { slotStart } from "../../offchain/consensus/slot-time.ts";
import type { ChainStatus } from "../../offchain/operation/chain-status.ts";
import type { OperatorStatus } from "../../offchain/operation/operator-status.ts";
import type { Section } from "../../offchain/operation/section.ts";
import type { PayoutMonth, WorkStatus } from "../../offchain/operation/work-status.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import type { LeaderScheduleDocument } from "../../offchain/store/documents.ts";
import { amount } from "../amounts.ts";
import { wrapText } from "../wrap-text.ts";

const LABEL_WIDTH = 11;
const WIDTH = 80;

/** The status as lines of at most 80 columns: a label, and what it says. */
export function screenOf({ chain, store }: OperatorStatus): string[] {
  return [...sectionLines("store", store, storeLines), ...sectionLines("chain", chain, chainLines)].flatMap(
    ([label, text]) => wrapped(label, text),
  );
}

type Line = readonly [label: string, text: string];

function sectionLines<Found>(
  label: string,
  section: Section<Found>,
  lines: (found: Found) => Line[],
): Line[] {
  return "error" in section
    ? [[label, `${section.error.code}: ${section.error.message}`]]
    : lines(section.found);
}

function storeLines(status: WorkStatus): Line[] {
  const { store, slot, epoch, time, decisions, sessions, oldestPendingAge, payouts, lastDecided } = status;
  const left = Math.ceil((slotStart(slot + 1) - time) / 1_000);
  const { sealed, pending, anchored } = sessions;
  const age = oldestPendingAge === undefined ? "" : ` (the oldest for ${duration(oldestPendingAge)})`;
  return [
    [
      "store",
      store.engine === "memory" ? "empty: nothing was written yet" : `${store.engine} at ${store.location}`,
    ],
    ["slot", `${slot} in epoch ${epoch}, ${left} s left: ${leaderText(decisions.now, lastDecided)}`],
    [
      "next",
      `${slot + 1}: ${decisions.next === undefined ? "decided 5 s before it begins" : leaderText(decisions.next, lastDecided)}`,
    ],
    ["sessions", `${sealed} sealed, ${pending} pending${age}, ${anchored} anchored`],
    ["payouts", payouts === undefined ? "none" : payoutText(payouts)],
  ];
}

function leaderText(decision: LeaderScheduleDocument | undefined, lastDecided: number | undefined): string {
  if (decision === undefined) {
    return lastDecided === undefined ? "no node ever ran" : `undecided; the last that was is ${lastDecided}`;
  }
  const { primary, fallbacks, result, block } = decision;
  if (result?.reason === "missed") return `missed (${result.detail})`;
  if (result?.winner !== undefined) {
    return `${short(result.winner)} has it (${result.reason}), ${block === undefined ? "no block yet" : "block written"}`;
  }
  if (primary === undefined) return "nobody may lead it";
  return `${short(primary)} is the primary, ${fallbacks.length} could follow; not taken yet`;
}

function payoutText({ month, byStatus }: PayoutMonth): string {
  const parts = Object.entries(byStatus).map(
    ([status, { count, amount: sum }]) => `${count} ${status} (${formatUsdt(sum)} USDT)`,
  );
  return `${month}: ${parts.join(", ")}`;
}

function chainLines({ chainId, head, headTime, contracts, breakers, accounts }: ChainStatus): Line[] {
  const age = duration(Math.max(0, Date.now() - headTime));
  const open = breakers.filter(({ state }) => state !== "closed");
  return [
    ["chain", `${chainId}, block ${head}, ${age} old`],
    ...contracts.map(({ name, state }): Line => {
      if ("error" in state) return ["contract", `${name}: ${state.error.code}`];
      const { address, isPaused } = state.found;
      return ["contract", `${name} ${address}${isPaused === true ? ", PAUSED" : ""}`];
    }),
    [
      "breakers",
      open.length === 0
        ? "all closed"
        : open.map(({ breaker, state, limit }) => `${breaker} ${state} (limit ${limit})`).join(", "),
    ],
    ...accounts.map(({ address, balance }): Line => ["balance", `${address} ${amount(balance)}`]),
  ];
}

const short = (address: string) => `${address.slice(0, 8)}…${address.slice(-4)}`;

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
] as const;

/** In the largest unit that fits, e.g. `12 min`. */
function duration(ms: number): string {
  const [unitMs, name] = UNITS.find(([size]) => ms >= size) ?? UNITS[3];
  return `${Math.floor(ms / unitMs)} ${name}`;
}

/** What follows the first line is indented. */
function wrapped(label: string, text: string): string[] {
  return wrapText(text, WIDTH - LABEL_WIDTH).map(
    (line, place) => `${(place === 0 ? label : "").padEnd(LABEL_WIDTH)}${line}`,
  );
}
