import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { Cluster, CONFIRMATIONS } from "../../../devnet/cluster/cluster.ts";
import { fittingFactor } from "../../../devnet/cluster/fitting-factor.ts";
import type { ClusterEvent } from "../../../devnet/cluster/node-plan.ts";
import type { NodeProcess } from "../../../devnet/cluster/node-process.ts";
import { startProcesses } from "../../../devnet/cluster/start-processes.ts";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import type { Identity } from "../../../offchain/consensus/node/identity.ts";
import { slotStart, slotsOfEpoch } from "../../../offchain/consensus/slot-time.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { StoreError } from "../../../offchain/store/errors.ts";
import {
  attestersOf,
  isSettled,
  kindsOf,
  requireAnchoredOnce,
  requireChainOfBlocks,
  requireOneTranscript,
  requireRelayed,
} from "../../support/cluster/check-cluster.ts";
import { FaultDirector } from "../../support/cluster/fault-director.ts";
import { planFaults } from "../../support/cluster/fault-plan.ts";
import { ScheduleWatch } from "../../support/cluster/schedule-watch.ts";
import { needAnvil } from "../../support/evm-chain.ts";
import { chance, faultRounds } from "../../support/random.ts";
import { skipWithout } from "../../support/skip-without.ts";

const IDENTITIES = 24;
const MEMBERS = 3;
const PROCESSES = 5;
/** Virtual milliseconds for each of the machine's, where it is idle: a slot takes 8 s. */
const FACTOR = 15;
const SLOT_MS = 120_000;
/** 100 under `npm run test:long`. */
const SLOTS = faultRounds(25);
/** An epoch ends so many slots after the first one. */
const UNTIL_EPOCH_END = 9;
/** Until then nobody is registered, or nobody has sent a beacon. */
const FAULTS_FROM = 6;
/** Without faults, the last of the slots; after them the cluster gets a few more until all that waits is done. */
const CALM_SLOTS = 1;
const SETTLED_WITHIN_SLOTS = 15;
/** Of the cluster's time. */
const LOOK_EVERY_MS = 10_000;
const RESTART_AFTER_MS = 300;
/** Few enough that no session is relayed whole: each receipt counts for what it says. */
const MAX_RELAYED_BYTES = 50;

describe("a cluster of PoOT nodes", function () {
  this.timeout(120_000);
  let server: TestServer | undefined;
  let cluster: Cluster | undefined;
  let processes: NodeProcess[] = [];

  before(async function () {
    needAnvil(this);
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    if (program.kind === "running") return skipWithout(this, "no MongoDB server that may be killed");
    server = await TestServer.start(program);
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) {
      for (const [number, { log }] of processes.entries()) console.log(`log of process ${number}:\n${log}`);
    }
  });
  after(async () => {
    await Promise.all(processes.map((one) => one.kill()));
    await cluster?.[Symbol.asyncDispose]();
    await server?.stop();
  });

  // Chunks are recorded once a slot has been led: nobody has credits before, so that slot is an emergency.
  it(`agrees on ${SLOTS} slots through kills, freezes, reorgs and a store that goes down`, async function () {
    const random = chance();
    const factor = await fittingFactor(PROCESSES, FACTOR);
    this.timeout(120_000 + ((SLOTS + 2 * SETTLED_WITHIN_SLOTS) * SLOT_MS) / factor);
    console.log(
      `      seed ${random.seed} (replay with LUCID_FAULT_SEED=${random.seed}), ${factor} times as fast`,
    );
    const mongod = server as TestServer;
    const epoch = 800;
    const firstSlot = slotsOfEpoch(epoch).last - UNTIL_EPOCH_END;
    const running = await Cluster.start({
      firstSlot,
      identities: IDENTITIES,
      members: MEMBERS,
      factor,
      store: async () => {
        const setting = mongod.uri("lucid_cluster");
        await initialiseStore(setting, { withRoles: false });
        return setting;
      },
    });
    cluster = running;
    processes = startProcesses(running, PROCESSES);
    const lookEveryMs = LOOK_EVERY_MS / factor;
    const watch = new ScheduleWatch(running.store, firstSlot);
    const faults = planFaults(SLOTS - FAULTS_FROM - CALM_SLOTS, PROCESSES, CONFIRMATIONS, random);
    const ending = new AbortController();
    const { signal } = ending;
    const director = new FaultDirector({ cluster: running, server: mongod, processes, signal });
    const lastSlot = firstSlot + SLOTS - 1;
    const until = async (slot: number, offsetMs = 0) =>
      await pause(Math.max(0, running.msUntil(slot, offsetMs)), undefined, { signal });
    const queueing = async () => {
      const own = chance(random.seed + 1);
      for (let slot = firstSlot; slot <= lastSlot - CALM_SLOTS; slot += 1 + own.below(2)) {
        await until(slot, own.below(120_000));
        await withStore(() => running.queue(`slot ${slot}`, 1 + own.below(3)), signal);
      }
    };
    const hasLed = () =>
      processes.some(({ events }) => events.some(({ kind, outcome }) => kind === "led" && outcome === "led"));
    const relaying = async () => {
      while (!hasLed()) await pause(lookEveryMs, undefined, { signal });
      await running.recordChunks();
      const own = chance(random.seed + 2);
      for (let slot = running.slot + 2; slot <= lastSlot; slot += 1) {
        await until(slot - 1);
        const { nodeId } = running.identities[own.below(IDENTITIES)] as Identity;
        await running.giveReceipt({ nodeId, slot, bytes: 1 + own.below(MAX_RELAYED_BYTES) });
      }
    };
    const watching = async () => {
      for (; ; await pause(lookEveryMs, undefined, { signal })) await withStore(() => watch.look(), signal);
    };
    const reviving = async () => {
      for (; ; await pause(RESTART_AFTER_MS, undefined, { signal })) {
        for (const one of processes) if (one.hasEnded) one.start();
      }
    };
    const settling = async () => {
      await Promise.all([
        director.run(faults, firstSlot + FAULTS_FROM),
        queueing(),
        relaying(),
        until(lastSlot + 1),
      ]);
      while (running.slot <= lastSlot + SETTLED_WITHIN_SLOTS && !(await isSettled(running, epoch)))
        await pause(lookEveryMs);
    };
    const beside = [watching(), reviving()].map((one) => one.catch(unlessAborted));
    await Promise.race([
      settling(),
      ...beside.map((one) => one.then(() => assert.fail("it goes on to the end"))),
    ]).finally(() => ending.abort());
    await Promise.all([...beside, ...processes.map((one) => one.terminate())]);

    const all = await watch.look();
    const schedule = all.filter(({ slot }) => slot <= lastSlot);
    const events = processes.flatMap((one) => one.events);
    for (const line of director.done) console.log(`      ${line}`);
    const kinds = kindsOf(schedule);
    const blocks = schedule.filter(({ block }) => block !== undefined).length;
    const relayed = await requireRelayed(running, firstSlot, lastSlot);
    console.log(`      ${JSON.stringify({ ...kinds, blocks, queued: running.queued.length, relayed })}`);
    for (const { kind, slot, code, message } of events) {
      if (kind === "disagreement" || kind === "block-refused")
        console.log(`      slot ${slot}: ${kind} ${code}: ${message}`);
    }
    console.log(`      ${latenessText(events)}`);
    watch.requireNone();
    assert.deepEqual(
      events.filter(({ kind }) => kind === "disagreement" || kind === "block-refused"),
      [],
      "nobody disagrees",
    );
    assert.equal(schedule.length, SLOTS, "every slot is decided");
    requireChainOfBlocks(all);
    assert.isAbove(requireOneTranscript(all, events), SLOTS, "decisions of several processes");
    await requireAnchoredOnce(running);
    const attesters = await attestersOf(running, epoch);
    assert.sameMembers(
      attesters,
      running.identities.map(({ nodeId }) => nodeId),
      "everybody attests the epoch",
    );
    assert.isAbove(relayed, 0, "bytes of receipts that were claimed");
    for (const kind of ["primary", "fallback", "emergency"] as const) assert.isAbove(kinds[kind], 0, kind);
  });
});

function unlessAborted(error: unknown): void {
  if ((error as Error).name !== "AbortError") throw error;
}

/** Tries again while the store is down. */
async function withStore(work: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      await pause(100, undefined, { signal });
    }
  }
}

/** How long before or after their slot's start decisions were made, in virtual seconds. */
function latenessText(events: readonly ClusterEvent[]): string {
  const seconds = events
    .filter(({ kind }) => kind === "decided")
    .map(({ at = 0, slot = 0 }) => (at - slotStart(slot)) / 1_000)
    .sort((a, b) => a - b);
  const at = (part: number) => seconds[Math.floor(part * (seconds.length - 1))]?.toFixed(1);
  return `decided ${at(0)} s to ${at(1)} s after the slot's start, half of them by ${at(0.5)} s, nine tenths by ${at(0.9)} s`;
}
