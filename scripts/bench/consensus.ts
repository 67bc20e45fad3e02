/**
 * PoOT undisturbed: five processes that share a MongoDB server and a chain, on a clock that is some times faster; then
 * what a node does in a slot among 5, 20 and 50.
 */
import { cpus, loadavg } from "node:os";
import { findServerProgram, TestServer } from "../../devnet/mongodb.ts";
import { BLOCK_SEC, IDENTITIES, measureCluster, PROCESSES } from "./consensus/cluster.ts";
import { measureNode, type NodeWork } from "./consensus/simulated.ts";
import { verificationFloor } from "./consensus/verification-floor.ts";
import type { Figure, Measurement } from "./figure.ts";

/** Virtual milliseconds for each of an idle machine's: fewer where the simulated nodes have more to do. */
const SIZES = [
  { nodes: 5, factor: 15 },
  { nodes: 20, factor: 15 },
  { nodes: 50, factor: 10 },
];

export async function measure(): Promise<Measurement> {
  const program = findServerProgram();
  if (program === undefined)
    throw new Error("there is no MongoDB server (node scripts/install-mongodb-for-tests.mjs)");
  const server = await TestServer.start(program);
  const works: NodeWork[] = [];
  const figures: Figure[] = [];
  let clusterFactor = 1;
  try {
    const cluster = await measureCluster(server);
    figures.push(...cluster.figures);
    clusterFactor = cluster.factor;
    for (const { nodes, factor } of SIZES) {
      const work = await measureNode(nodes, factor, server);
      works.push(work);
      figures.push(...rows(work, await verificationFloor(nodes)));
    }
  } finally {
    await server.stop();
  }
  return {
    conditions: {
      machine: `${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, load ${loadavg()[0]?.toFixed(1)}`,
      cluster: `${PROCESSES} processes, ${IDENTITIES} identities, ${program.kind}, anvil`,
      time: `${clusterFactor} times as fast, a block every ${BLOCK_SEC} s; seconds are of it, from the slot's start`,
      work: "of a process with one node, the others simulated; ms of its CPU, not of the servers'",
    },
    figures: [...figures, growth(works)],
  };
}

function rows({ nodes, proofs, cpuMs, storeCalls, rpcCalls }: NodeWork, floor: number): Figure[] {
  const each = "a slot";
  return [
    {
      figure: `consensus.${nodes}.ms`,
      value: cpuMs,
      unit: `ms ${each}`,
      beside: { [`verifying a slot's proofs, nothing else (${proofs} counted)`]: floor },
    },
    { figure: `consensus.${nodes}.storeCalls`, value: storeCalls, unit: each, beside: {} },
    { figure: `consensus.${nodes}.rpcCalls`, value: rpcCalls, unit: each, beside: {} },
  ];
}

/** What a node does with the most nodes, as a multiple of what it does with the fewest. */
function growth(works: readonly NodeWork[]): Figure {
  const [least, most] = [works[0] as NodeWork, works.at(-1) as NodeWork];
  return {
    figure: "consensus.growth",
    value: most.cpuMs / least.cpuMs,
    unit: `ratio, ${most.nodes} to ${least.nodes} nodes`,
    beside: {
      nodes: most.nodes / least.nodes,
      "store calls": most.storeCalls / least.storeCalls,
      "RPC calls": most.rpcCalls / least.rpcCalls,
    },
  };
}
