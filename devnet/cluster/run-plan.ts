import { readFileSync } from "node:fs";
import { getBytes, Wallet } from "ethers";
import { readSettings } from "../../offchain/config/settings.ts";
import { identityOf } from "../../offchain/consensus/node/identity.ts";
import type { NodeEvent } from "../../offchain/consensus/node/node-event.ts";
import { PootConsensus } from "../../offchain/consensus/poot-consensus.ts";
import { createLogger } from "../../offchain/logger.ts";
import type { Engine } from "../../offchain/store/engine.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { Store } from "../../offchain/store/store.ts";
import { type NodePlan, summaryOf } from "./node-plan.ts";
import { openNode } from "./open-node.ts";
import { scaledClock } from "./scaled-clock.ts";
import { ScaledEngine } from "./scaled-engine.ts";
import { tell } from "./tell.ts";

export const readPlan = (path: string): NodePlan => JSON.parse(readFileSync(path, "utf8"));

/**
 * Runs the nodes of a plan until SIGTERM; every event is told on stdout.
 *
 * @param wrap what the nodes get instead of their store's engine
 */
export async function runPlan(plan: NodePlan, wrap = (engine: Engine): Engine => engine): Promise<void> {
  const ending = new AbortController();
  process.once("SIGTERM", () => ending.abort());
  const { scale, environment } = plan;
  const settings = readSettings(environment);
  const logger = createLogger(settings.logLevel);
  await using machineStore = await openStore({ setting: settings.store });
  const store = new Store(wrap(new ScaledEngine(machineStore.engine, scale)));
  await using opened = await openNode(environment, { store, machineStore, scale, logger });
  const { modules, dataDir } = opened;
  const clock = scaledClock(scale);
  const identities = plan.nodes.map(({ key, vrfKey }) => identityOf(new Wallet(key), getBytes(vrfKey)));
  const onEvent = (event: NodeEvent) => tell({ ...summaryOf(event), at: clock.now() });
  const node = await PootConsensus.start({ identities, dataDir, onEvent }, modules, ending.signal);
  await node.run(ending.signal);
  tell({ kind: "ended", at: clock.now() });
}
