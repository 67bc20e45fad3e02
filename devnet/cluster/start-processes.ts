import { join } from "node:path";
import type { Identity } from "../../offchain/consensus/node/identity.ts";
import type { Cluster } from "./cluster.ts";
import { NodeProcess } from "./node-process.ts";

/** Starts the processes that run a cluster's identities, dealt out in turn. @param count of processes */
export function startProcesses(cluster: Cluster, count: number): NodeProcess[] {
  return Array.from({ length: count }, (_, number) => {
    const identities = cluster.identities.filter((_identity, place) => place % count === number);
    return startProcess(cluster, identities, `process-${number}`);
  });
}

/** @param script what it runs instead of cluster-node.ts */
export function startProcess(
  cluster: Cluster,
  identities: readonly Identity[],
  name: string,
  script?: string,
): NodeProcess {
  const { scale, dataDir } = cluster;
  const nodes = identities.map(({ wallet, vrfSecretKey }) => ({
    key: wallet.privateKey,
    vrfKey: `0x${Buffer.from(vrfSecretKey).toString("hex")}`,
  }));
  const plan = { nodes, environment: cluster.environment(), scale };
  const started = new NodeProcess(plan, join(dataDir, name), script);
  started.start();
  return started;
}
