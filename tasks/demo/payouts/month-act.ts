import { NodeRegistry } from "../../../offchain/consensus/node/node-registry.ts";
import { readRecordedEpoch } from "../../../offchain/consensus/node/recorded-epoch.ts";
import type { PootConsensusModules } from "../../../offchain/consensus/poot-consensus.ts";
import { slotAt } from "../../../offchain/consensus/slot-time.ts";
import { createLogger } from "../../../offchain/logger.ts";
import type { Month } from "../../../offchain/payouts/month.ts";
import type { PlanDeployment, PlanModules } from "../../../offchain/payouts/plan-month.ts";
import { StatementFolder } from "../../../offchain/payouts/statement-folder.ts";
import type { Store } from "../../../offchain/store/store.ts";
import type { DemoContext } from "../demo-context.ts";
import type { Expectations } from "../expectations.ts";
import type { Cast } from "../poot/cast.ts";
import type { TronScene } from "./tron-scene.ts";

/** What the steps of a month work with. */
export interface MonthAct {
  readonly context: DemoContext;
  readonly cast: Cast;
  readonly scene: TronScene;
  readonly expectations: Expectations;
  readonly month: Month;
  readonly deployment: PlanDeployment;
  readonly modules: PlanModules;
  readonly node: PootConsensusModules;
}

/** What a month is planned from: the store, and the chain as a node sees it. */
export function planModules(
  store: Store,
  { chain }: Pick<PootConsensusModules, "chain">,
  dataDir: string,
): PlanModules {
  const registry = new NodeRegistry({ store, domain: chain.domain, logger: createLogger("silent") });
  return {
    store,
    folder: new StatementFolder(dataDir),
    readEpoch: (epoch) => readRecordedEpoch(epoch, { store, chain, registry }),
    slotAt,
    payoutAddressesAt: async (slot) => (await registry.registrationsAt(slot)).payouts,
  };
}
