import type { Registry } from "prom-client";
import { PootMetrics } from "../../offchain/consensus/monitoring/poot-metrics.ts";
import { PootReadiness } from "../../offchain/consensus/monitoring/poot-readiness.ts";
import { registerQueueMetrics } from "../../offchain/consensus/monitoring/queue-metrics.ts";
import type { NodeEvent } from "../../offchain/consensus/node/node-event.ts";
import type { PootConsensusModules } from "../../offchain/consensus/poot-consensus.ts";
import type { Logger } from "../../offchain/logger.ts";
import { MonitorServer } from "../../offchain/monitoring/monitor-server.ts";
import type { ChainContext } from "../context.ts";

export interface PootMonitorModules {
  readonly context: ChainContext;
  readonly consensus: PootConsensusModules;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** Health and metrics of nodes; closed with the server. */
export interface PootMonitor extends AsyncDisposable {
  readonly onEvent: (event: NodeEvent) => void;
  /** Where it listens; undefined where LUCID_POOT_MONITOR is `off`. */
  readonly url: string | undefined;
}

/**
 * @param nodes addresses, in lower case
 * @throws {MonitoringError} MONITOR_ADDRESS_UNUSABLE
 */
export async function startPootMonitor(
  nodes: readonly string[],
  { context, consensus, registry, logger }: PootMonitorModules,
): Promise<PootMonitor> {
  const metrics = new PootMetrics(registry);
  const readiness = new PootReadiness(nodes, consensus);
  const { store, breakers, settings } = context;
  registerQueueMetrics({ registry, store, breakers, chainId: consensus.chain.domain.chainId });
  const { pootMonitor: address } = settings;
  const server =
    address &&
    (await MonitorServer.start(
      { address, setting: "LUCID_POOT_MONITOR" },
      { checks: readiness.checks, registry, logger },
    ));
  return {
    url: server?.url,
    onEvent: (event) => {
      metrics.onEvent(event);
      readiness.onEvent(event);
    },
    [Symbol.asyncDispose]: async () => await server?.close(),
  };
}
