/**
 * What a slot costs the consensus: one slot enters the window, one leaves, and the leader is decided; beside it the
 * plain recomputation of the window from its tallies, and the transcript.
 */
import { cpus, loadavg } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CreditWindow } from "../../offchain/consensus/credit-window.ts";
import { WINDOW_SLOTS } from "../../offchain/consensus/parameters.ts";
import { decideLeader, type LeaderDecision } from "../../offchain/consensus/rules/decide-leader.ts";
import { slotCredits } from "../../offchain/consensus/rules/slot-credits.ts";
import { decisionDocument } from "../../offchain/consensus/rules/transcript.ts";
import type { SlotTally } from "../../offchain/store/documents.ts";
import { Random } from "./estimates/random.ts";
import type { Figure, Measurement } from "./figure.ts";
import { median } from "./shared/timing.ts";

const SIZES = { "10k": 10_000, "100k": 100_000, "1m": 1_000_000 } as const;
const GOALS = { "10k": 2, "100k": 20, "1m": 250 } as const;
const RECOMPUTE_GOAL = 100;
/** Every fifth entity sends a beacon in a slot, every hundredth earns credits. */
const BEACON_SHARE = 5;
const CREDIT_SHARE = 100;
/** Slots that are measured after a few that are not. */
const WARM_UP = 3;
const MEASURED = 12;
/** Slots of a run before all others, after which the compiler has seen everything. */
const COMPILED_AFTER = 100;
/** Slots of the window that is recomputed plainly, whose time is then multiplied. */
const RECOMPUTED = 10;
const FIRST_SLOT = 1_000_000;
const SEED = `0x${"5e".repeat(32)}`;
const MIB = 2 ** 20;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

export async function measure(): Promise<Measurement> {
  const figures: Figure[] = [];
  const memory: string[] = [];
  measureSize(SIZES["10k"], COMPILED_AFTER);
  for (const [name, size] of Object.entries(SIZES) as [keyof typeof SIZES, number][]) {
    const run = measureSize(size, WARM_UP + MEASURED);
    memory.push(`${name}: ${run.windowMB.toFixed(1)} MB`);
    figures.push({
      figure: `credits.${name}.ms`,
      value: median(run.slots),
      unit: "ms a slot",
      goal: { atMost: GOALS[name] },
      beside: {
        "slowest slot": Math.max(...run.slots),
        "processor time, mean": run.processor,
        "of which to decide": median(run.decisions),
        "not counted: transcript and its hash": median(run.transcripts),
      },
    });
    if (size === SIZES["1m"]) {
      const plain = (run.recomputation * WINDOW_SLOTS) / RECOMPUTED;
      figures.push({
        figure: "credits.1m.vsRecompute",
        value: plain / median(run.slots),
        unit: "ratio of times",
        goal: { atLeast: RECOMPUTE_GOAL },
        beside: { "seconds, window recomputed plainly": plain / 1_000 },
      });
    }
  }
  return {
    conditions: {
      cores: `${cpus().length}, ${cpus()[0]?.model ?? "unknown"}, load average ${loadavg()[0]?.toFixed(1)}; node ${process.version}`,
      load: `window full (${WINDOW_SLOTS} slots); in every slot one entity in ${BEACON_SHARE} with a beacon and one in ${CREDIT_SHARE} with credits, drawn at random; tallies as read from the store, sorted by entity`,
      values: `medians of ${MEASURED} slots after ${WARM_UP}`,
      filling: `the slots that leave while it is measured entered one by one; what the other slots gave is as much as ${WINDOW_SLOTS} such slots give, and entered at once`,
      recomputation: `a Map over the tallies of ${RECOMPUTED} slots, its time multiplied by ${WINDOW_SLOTS} / ${RECOMPUTED}`,
      "memory of the window": memory.join(", "),
    },
    figures,
  };
}

interface Run {
  /** Milliseconds. */
  readonly slots: readonly number[];
  readonly decisions: readonly number[];
  readonly transcripts: readonly number[];
  /** What a slot took of the processor, which others on the machine lengthen less. */
  readonly processor: number;
  readonly recomputation: number;
  readonly windowMB: number;
}

function measureSize(size: number, rounds: number): Run {
  const random = new Random(size);
  const ids = Array.from({ length: size }, () => idOf(random));
  // Both slots of a round are in memory: reading them is measured with the store.
  const early = Array.from({ length: rounds }, () => talliesOf(ids, random));
  const before = memoryInUse();
  const window = new CreditWindow(FIRST_SLOT);
  // Registrations are in the order of addresses.
  for (const id of ids.toSorted()) window.setAdmitted(id, true);
  early.forEach((tallies, at) => {
    window.advance({ slot: FIRST_SLOT + at, tallies });
  });
  const rest = WINDOW_SLOTS - rounds;
  window.advance({ slot: FIRST_SLOT + rounds, tallies: bulk(ids, rest, random) });
  for (let at = rounds + 1; at < WINDOW_SLOTS; at += 1)
    window.advance({ slot: FIRST_SLOT + at, tallies: [] });
  const windowMB = (memoryInUse() - before) / MIB;

  const times = { slots: [] as number[], decisions: [] as number[], transcripts: [] as number[] };
  const winners: { slot: number; entityId: string }[] = [];
  const lastWon = new Map<string, number>();
  let processor = 0;
  for (let round = 0; round < rounds; round += 1) {
    const entering = { slot: FIRST_SLOT + WINDOW_SLOTS + round, tallies: talliesOf(ids, random) };
    const leaving = { slot: FIRST_SLOT + round, tallies: asRead(early[round] ?? []) };
    const slot = entering.slot + 2;
    const beacons = entering.tallies.filter((tally) => tally.beacons > 0).map(({ entityId }) => entityId);
    const outputs = new Map(beacons.map((entityId) => [entityId, random.hash()]));

    const processorBefore = processorMs();
    const started = performance.now();
    window.advance(entering, leaving);
    const advanced = performance.now();
    const decision = decideLeader({
      slot,
      seed: SEED,
      standings: window,
      recentWinners: winners,
      lastWon,
      outputs,
      beacons,
    });
    const decided = performance.now();
    const processorAfter = processorMs();
    writeTranscript(decision, window);
    const written = performance.now();

    const winner = decision.candidates[0]?.entityId;
    if (winner === undefined) throw new Error("nobody leads: the load is not what it should be");
    winners.push({ slot, entityId: winner });
    lastWon.set(winner, slot);
    if (round < WARM_UP) continue;
    processor += processorAfter - processorBefore;
    times.slots.push(decided - started);
    times.decisions.push(decided - advanced);
    times.transcripts.push(written - decided);
  }
  return {
    ...times,
    processor: processor / times.slots.length,
    recomputation: recompute(early.slice(0, RECOMPUTED).map(asRead)),
    windowMB,
  };
}

function writeTranscript(decision: LeaderDecision, window: CreditWindow): void {
  const talliesRoots = Array.from({ length: WINDOW_SLOTS }, () => SEED);
  decisionDocument(decision, { ...window.slots, talliesRoots });
}

/** The plain way: everything is added up again. */
function recompute(slots: readonly (readonly SlotTally[])[]): number {
  const started = performance.now();
  const sums = new Map<string, { credits: number; beacons: number }>();
  for (const tallies of slots) {
    for (const tally of tallies) {
      const sum = sums.get(tally.entityId) ?? { credits: 0, beacons: 0 };
      sum.credits += slotCredits(tally);
      sum.beacons += tally.beacons;
      sums.set(tally.entityId, sum);
    }
  }
  return performance.now() - started;
}

function idOf(random: Random): string {
  return `0x${random.bytes(20).toString("hex")}`;
}

function talliesOf(ids: readonly string[], random: Random): SlotTally[] {
  const tallies: SlotTally[] = [];
  for (const entityId of ids) {
    const beacons = random.whole(1, BEACON_SHARE) === 1 ? 1 : 0;
    const sessions = random.whole(1, CREDIT_SHARE) === 1 ? random.whole(1, 9) : 0;
    if (beacons + sessions === 0) continue;
    tallies.push({ entityId, sessions, bytes: 0, storageProofs: 0, validationSignatures: 0, beacons });
  }
  return asRead(tallies.sort((a, b) => (a.entityId < b.entityId ? -1 : 1)));
}

/** What `slots` such slots give each entity, more or less, as one tally. */
function bulk(ids: readonly string[], slots: number, random: Random): SlotTally[] {
  return ids.map((entityId) => ({
    entityId,
    sessions: Math.round((5 * slots) / CREDIT_SHARE) + random.whole(0, 40),
    bytes: 0,
    storageProofs: 0,
    validationSignatures: 0,
    beacons: Math.round(slots / BEACON_SHARE) + random.whole(0, 60),
  }));
}

/** New strings, as a store gives them: comparing and hashing them is part of the work. */
function asRead(tallies: readonly SlotTally[]): SlotTally[] {
  return JSON.parse(JSON.stringify(tallies)) as SlotTally[];
}

/** Heap and typed arrays, once the garbage is collected. */
function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Of this thread, without that of the garbage collector's. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
