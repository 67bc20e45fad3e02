/**
 * Runs nodes of a cluster until it is told to end (SIGTERM) or killed. Argument: the path of its NodePlan. Every event is
 * a line of JSON on stdout; the log goes to stderr.
 */
import { readFileSync, writeSync } from "node:fs";
import { getBytes, Wallet } from "ethers";
import { readSettings } from "../../../offchain/config/settings.ts";
import { connectNode } from "../../../offchain/consensus/node/connect-node.ts";
import { identityOf } from "../../../offchain/consensus/node/identity.ts";
import type { NodeEvent } from "../../../offchain/consensus/node/node-event.ts";
import { PootConsensus } from "../../../offchain/consensus/poot-consensus.ts";
import { connectEvm } from "../../../offchain/contracts/connect-evm.ts";
import { createLogger } from "../../../offchain/logger.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { Store } from "../../../offchain/store/store.ts";
import { type ClusterEvent, type NodePlan, summaryOf } from "./node-plan.ts";
import { scaledClock } from "./scaled-clock.ts";
import { ScaledEngine } from "./scaled-engine.ts";

const [path = ""] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(path, "utf8")) as NodePlan;
const ending = new AbortController();
process.once("SIGTERM", () => ending.abort());

const settings = readSettings(plan.environment);
const logger = createLogger(settings.logLevel);
// The EVM layer's own time is the machine's: how long it waits, and what was spent in an hour.
await using machineStore = await openStore({ setting: settings.store });
const store = new Store(new ScaledEngine(machineStore.engine, plan.scale));
const patience = {
  pollMs: 60,
  resendAfterMs: 400,
  bumpAfterMs: 60_000,
  timeoutMs: 60_000,
  answerTimeoutMs: 2_000,
};
const evmModules = { transactions: machineStore.anchorTransactions, logger };
const { evm, provider } = await connectEvm(settings.onSystemChainRpc, settings, evmModules, patience);
const clock = scaledClock(plan.scale);
const tell = (event: ClusterEvent) => writeSync(1, `${JSON.stringify({ ...event, at: clock.now() })}\n`);
const modules = await connectNode(settings, { provider, evm, store, clock, logger });
const identities = plan.nodes.map(({ key, vrfKey }) => identityOf(new Wallet(key), getBytes(vrfKey)));
const onEvent = (event: NodeEvent) => tell(summaryOf(event));
const node = await PootConsensus.start(
  { identities, dataDir: settings.dataDir, onEvent },
  modules,
  ending.signal,
);
await node.run(ending.signal);
tell({ kind: "ended" });
await modules.verifier.close();
await evm.close();
provider.destroy();
