import { setTimeout as pause } from "node:timers/promises";
import { NonceManager, Wallet } from "ethers";
import { localKey } from "../../../devnet/anvil.ts";
import { Cluster } from "../../../devnet/cluster/cluster.ts";
import { fittingFactor } from "../../../devnet/cluster/fitting-factor.ts";
import type { NodeProcess } from "../../../devnet/cluster/node-process.ts";
import { startProcesses } from "../../../devnet/cluster/start-processes.ts";
import type { TestServer } from "../../../devnet/mongodb.ts";
import { parseBlockBody } from "../../../offchain/consensus/rules/block-record.ts";
import { slotStart, slotsOfEpoch } from "../../../offchain/consensus/slot-time.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import type { LeaderScheduleDocument } from "../../../offchain/store/documents.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import type { Figure } from "../figure.ts";
import { median } from "../shared/timing.ts";

export const PROCESSES = 5;
export const IDENTITIES = 24;
const MEMBERS = 3;
/** Virtual milliseconds for each of the machine's, where it is idle: a slot takes 10 s. */
const FACTOR = 12;
export const BLOCK_SEC = 6;
/** Before that nobody is registered, or nobody has sent a beacon: the first slots are missed on every chain. */
const FIRST_LED = 4;
/** Slots that count, the end of an epoch among them. */
export const SLOTS = 10;
const EPOCH = 800;
const UNTIL_EPOCH_END = 7;
const CHUNKS_AT = 3;
const SESSIONS_A_SLOT = 2;
const SLOT_MS = slotStart(1) - slotStart(0);
const SEC = 1_000;

/** Five processes, a MongoDB server and anvil, undisturbed: slots that were missed, and how soon sessions are anchored. */
export async function measureCluster(
  server: TestServer,
): Promise<{ readonly factor: number; readonly figures: Figure[] }> {
  const setting = server.uri("lucid_bench_consensus");
  await initialiseStore(setting, { withRoles: false });
  const firstSlot = slotsOfEpoch(EPOCH).last - UNTIL_EPOCH_END;
  const factor = await fittingFactor(PROCESSES, FACTOR);
  const options = { firstSlot, identities: IDENTITIES, members: MEMBERS, factor, blockSec: BLOCK_SEC };
  await using cluster = await Cluster.start({ ...options, store: () => setting });
  const processes = startProcesses(cluster, PROCESSES);
  try {
    return { factor, figures: await measure(cluster, processes, firstSlot) };
  } finally {
    await Promise.all(processes.map((one) => one.terminate()));
  }
}

async function measure(cluster: Cluster, processes: readonly NodeProcess[], firstSlot: number) {
  const first = firstSlot + FIRST_LED;
  const end = first + SLOTS;
  const floor = sendAtEachStart(cluster, first, end);
  for (let slot = firstSlot; slot < end; slot += 1) {
    await until(cluster, slot);
    if (slot === firstSlot + CHUNKS_AT) await cluster.recordChunks();
    await until(cluster, slot, SLOT_MS / 2);
    if (slot >= first - 1) await cluster.queue(`slot ${slot}`, SESSIONS_A_SLOT);
    const ended = processes.find(({ hasEnded }) => hasEnded);
    if (ended !== undefined) throw new Error(`a process of the cluster ended by itself:\n${ended.log}`);
  }
  await until(cluster, end);
  const bare = await floor;
  const schedule: LeaderScheduleDocument[] = [];
  const range = (page: object) => cluster.store.leaderSchedule.range(first, end - 1, page);
  for await (const decided of eachDocument(range)) schedule.push(decided);
  const anchored = (await Promise.all(schedule.map((decided) => anchoredAfter(cluster, decided)))).flat();
  const written = processes
    .flatMap(({ events }) => events)
    .filter(
      ({ kind, outcome, slot = 0 }) => kind === "led" && outcome === "led" && slot >= first && slot < end,
    )
    .map(({ at = 0, slot = 0 }) => (at - slotStart(slot)) / SEC);
  return figuresOf(schedule, { anchored, written, bare });
}

interface Times {
  /** Seconds after their slots' starts. */
  readonly anchored: readonly number[];
  readonly written: readonly number[];
  readonly bare: readonly number[];
}

function figuresOf(
  schedule: readonly LeaderScheduleDocument[],
  { anchored, written, bare }: Times,
): Figure[] {
  const led = (reason: string) => schedule.filter(({ result }) => result?.reason === reason).length;
  const blocks = schedule.filter(({ block }) => block !== undefined).length;
  const missed =
    SLOTS - schedule.filter(({ result }) => result !== undefined && result.reason !== "missed").length;
  const unit = "s";
  return [
    {
      figure: "consensus.missedSlots",
      value: missed,
      unit: "count",
      goal: { atMost: 0 },
      beside: {
        slots: SLOTS,
        "taken, but without a block": SLOTS - missed - blocks,
        "led by a fallback": led("fallback"),
      },
    },
    {
      figure: "consensus.anchored.median",
      value: median(anchored),
      unit,
      beside: { "a bare transaction at the slot's start, median": median(bare) },
    },
    {
      figure: "consensus.anchored.max",
      value: Math.max(...anchored),
      unit,
      beside: { "the bare transaction, max": Math.max(...bare) },
    },
    { figure: "consensus.blockWritten.median", value: median(written), unit, beside: {} },
  ];
}

/** The time of the block that has a slot's sessions; none where the slot has no sessions. */
async function anchoredAfter({ chain }: Cluster, { slot, block }: LeaderScheduleDocument): Promise<number[]> {
  const parsed = block && parseBlockBody(block.body);
  const txid = parsed && "record" in parsed ? parsed.record?.txid : undefined;
  if (txid === undefined) return [];
  const receipt = await chain.direct.getTransactionReceipt(txid);
  const mined = receipt && (await chain.direct.getBlock(receipt.blockNumber));
  return mined ? [mined.timestamp - slotStart(slot) / SEC] : [];
}

/** The floor: somebody who knows when the slot begins, and sends one transaction. */
async function sendAtEachStart(cluster: Cluster, first: number, end: number): Promise<number[]> {
  const { direct } = cluster.chain;
  const sender = new NonceManager(new Wallet(localKey(5), direct));
  const to = new Wallet(localKey(6)).address;
  const times: number[] = [];
  for (let slot = first; slot < end; slot += 1) {
    await until(cluster, slot);
    const receipt = await (await sender.sendTransaction({ to, value: 1n })).wait();
    const mined = receipt && (await direct.getBlock(receipt.blockNumber));
    if (mined) times.push(mined.timestamp - slotStart(slot) / SEC);
  }
  return times;
}

async function until(cluster: Cluster, slot: number, offsetMs = 0): Promise<void> {
  await pause(Math.max(0, cluster.msUntil(slot, offsetMs)));
}
