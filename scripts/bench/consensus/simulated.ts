import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Cluster } from "../../../devnet/cluster/cluster.ts";
import { fittingFactor } from "../../../devnet/cluster/fitting-factor.ts";
import type { ClusterEvent } from "../../../devnet/cluster/node-plan.ts";
import type { NodeProcess } from "../../../devnet/cluster/node-process.ts";
import { startProcess } from "../../../devnet/cluster/start-processes.ts";
import type { TestServer } from "../../../devnet/mongodb.ts";
import { STORAGE_CHALLENGES_PER_SLOT, WINDOW_LAG_SLOTS } from "../../../offchain/consensus/parameters.ts";
import { slotsOfEpoch } from "../../../offchain/consensus/slot-time.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { median } from "../shared/timing.ts";

/** What a node's process does in a slot. */
export interface NodeWork {
  readonly nodes: number;
  /** Proofs of a slot that count. */
  readonly proofs: number;
  readonly cpuMs: number;
  readonly storeCalls: number;
  readonly rpcCalls: number;
}

const EPOCH = 800;
const CHUNKS_AT = 3;
/** By then whatever is proved in a slot is closed and decided with in every one, and most code is compiled. */
const MEASURED_FROM = 7;
const MEASURED = 5;
/** Where a machine is too busy, slots have no block to validate, or proofs come too late: there is less to do. */
const FEWEST = 0.8;
const SESSIONS_A_SLOT = 2;
/** A beacon, the answers and a validation. */
const PROOFS_A_NODE = 2 + STORAGE_CHALLENGES_PER_SLOT;
const SCRIPT = join(import.meta.dirname, "measured-node.ts");

/**
 * What a node with a process of its own does in a slot among so many: the others are simulated, all by one process that
 * proves, leads and validates for each of them, but closes and decides once.
 *
 * @param fastest virtual milliseconds for each of an idle machine's
 */
export async function measureNode(nodes: number, fastest: number, server: TestServer): Promise<NodeWork> {
  const setting = server.uri(`lucid_bench_${nodes}_nodes`);
  await initialiseStore(setting, { withRoles: false });
  const firstSlot = slotsOfEpoch(EPOCH).first + 1;
  const factor = await fittingFactor(2, fastest);
  const options = { firstSlot, identities: nodes, factor };
  await using cluster = await Cluster.start({ ...options, store: () => setting });
  const [own, ...others] = cluster.identities;
  if (own === undefined) throw new Error("a cluster has nodes");
  const measured = startProcess(cluster, [own], "measured", SCRIPT);
  const simulated = startProcess(cluster, others, "simulated");
  try {
    await letWork(cluster, firstSlot, [measured, simulated]);
  } finally {
    await Promise.all([measured.terminate(), simulated.terminate()]);
  }
  return workOf(nodes, measured, firstSlot + MEASURED_FROM);
}

async function letWork(
  cluster: Cluster,
  firstSlot: number,
  processes: readonly NodeProcess[],
): Promise<void> {
  const end = firstSlot + MEASURED_FROM + MEASURED;
  for (let slot = firstSlot; slot <= end; slot += 1) {
    await pause(Math.max(0, cluster.msUntil(slot)));
    if (slot === firstSlot + CHUNKS_AT) await cluster.recordChunks();
    await cluster.queue(`slot ${slot}`, SESSIONS_A_SLOT);
    const ended = processes.find(({ hasEnded }) => hasEnded);
    if (ended !== undefined) throw new Error(`a process ended by itself:\n${ended.log}`);
  }
}

function workOf(nodes: number, { events }: NodeProcess, from: number): NodeWork {
  const find = (kind: ClusterEvent["kind"], slot: number) =>
    events.find((event) => event.kind === kind && event.slot === slot);
  const slots = Array.from({ length: MEASURED }, (_, place) => from + place);
  const proofs = median(slots.map((slot) => find("closed", slot + 1 - WINDOW_LAG_SLOTS)?.proofs ?? 0));
  const all = nodes * PROOFS_A_NODE;
  if (proofs < FEWEST * all) {
    throw new Error(
      `this machine is too busy: with ${nodes} nodes, ${proofs} of ${all} proofs count in a slot`,
    );
  }
  const at = (slot: number, name: Amount) => find("work", slot)?.[name] ?? Number.NaN;
  // The median: what is compiled or collected in a slot is not its work.
  const each = (name: Amount) => median(slots.map((slot) => at(slot + 1, name) - at(slot, name)));
  return { nodes, proofs, cpuMs: each("cpuMs"), storeCalls: each("storeCalls"), rpcCalls: each("rpcCalls") };
}

type Amount = "cpuMs" | "storeCalls" | "rpcCalls";
