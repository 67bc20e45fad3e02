import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { machineClock } from "../../offchain/consensus/node/clock.ts";
import { connectNode } from "../../offchain/consensus/node/connect-node.ts";
import type { NodeEvent } from "../../offchain/consensus/node/node-event.ts";
import { PootConsensus } from "../../offchain/consensus/poot-consensus.ts";
import { createLogger } from "../../offchain/logger.ts";
import { LatencyMetrics } from "../../offchain/monitoring/latency-metrics.ts";
import { newRegistry } from "../../offchain/monitoring/registry.ts";
import { openChain } from "../context.ts";
import { runTask } from "../run-task.ts";
import { readIdentities } from "./identities.ts";
import { startPootMonitor } from "./monitor.ts";

export default async function run(args: { json: boolean }, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const identities = await readIdentities(hre);
    const registry = newRegistry();
    await using context = await openChain(hre, { signal, latency: new LatencyMetrics(registry) });
    const { settings } = context;
    const logger = createLogger(settings.logLevel);
    const modules = await connectNode(settings, { ...context, clock: machineClock, logger });
    await using _threads = modules.verifier;
    const nodes = identities.map(({ nodeId }) => nodeId);
    await using monitor = await startPootMonitor(nodes, { context, consensus: modules, registry, logger });
    if (monitor.url !== undefined)
      terminal.progress(`health and metrics: ${monitor.url}/readyz?verbose, /metrics`);
    const summary = newSummary();
    const onEvent = (event: NodeEvent) => {
      monitor.onEvent(event);
      count(summary, event);
      const text = textOf(event);
      if (text !== undefined) terminal.progress(text);
    };
    terminal.progress("waiting for the chain's next block…");
    const options = { identities, dataDir: settings.dataDir, onEvent };
    const node = await PootConsensus.start(options, modules, signal);
    await node.run(signal);
    return { value: { nodes, ...summary }, failed: summary.disagreement !== undefined };
  });
}

/** What the nodes did since they were started. */
interface Summary {
  decided: number;
  closed: number;
  /** Slots led, with a block. */
  led: number;
  /** Slots taken without a block. */
  lost: number;
  sessions: number;
  validated: number;
  attested: number;
  failures: number;
  /** Code of the error by which the nodes stopped leading. */
  disagreement: string | undefined;
}

const newSummary = (): Summary => ({
  decided: 0,
  closed: 0,
  led: 0,
  lost: 0,
  sessions: 0,
  validated: 0,
  attested: 0,
  failures: 0,
  disagreement: undefined,
});

function count(summary: Summary, event: NodeEvent): void {
  switch (event.kind) {
    case "decided":
      summary.decided += 1;
      break;
    case "closed":
      summary.closed += event.closed.isOwn ? 1 : 0;
      break;
    case "led":
      if (event.outcome.kind === "led") {
        summary.led += 1;
        summary.sessions += event.outcome.sessions;
      } else if (event.outcome.kind === "taken-without-block") summary.lost += 1;
      break;
    case "validated":
      summary.validated += 1;
      break;
    case "attested":
      summary.attested += 1;
      break;
    case "failed":
      summary.failures += 1;
      break;
    case "disagreement":
      summary.disagreement = event.error.code;
      break;
  }
}

/** What somebody who watches wants to see; undefined for the rest, which is in the log. */
function textOf(event: NodeEvent): string | undefined {
  switch (event.kind) {
    case "ready":
      return `ready in slot ${event.slot}; the chain's first slot is ${event.firstSlot}`;
    case "decided": {
      const { slot, primary, fallbacks } = event.decision;
      return `slot ${slot}: ${primary ?? "nobody"} leads, ${fallbacks.length} more could`;
    }
    case "led": {
      const { slot, nodeId, outcome } = event;
      return outcome.kind === "led"
        ? `slot ${slot}: led by ${nodeId}, ${outcome.sessions} sessions published`
        : undefined;
    }
    case "attested":
      return `epoch ${event.epoch}: ${event.nodeId} attested ${event.root}`;
    case "clocks-agree":
      return "the clocks agree again";
    default:
      return undefined;
  }
}
