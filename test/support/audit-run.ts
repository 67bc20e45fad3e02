import { pino } from "pino";
import { type AuditModules, type AuditOptions, audit } from "../../offchain/audit/audit.ts";
import type { AuditFinding } from "../../offchain/audit/finding.ts";
import type { AuditResult } from "../../offchain/audit/report.ts";
import type { TronView } from "../../offchain/audit/tron-view.ts";
import { NodeRegistry } from "../../offchain/consensus/node/node-registry.ts";
import { StatementFolder } from "../../offchain/payouts/statement-folder.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import type { Store } from "../../offchain/store/store.ts";
import type { AuditWorld } from "./audit-world.ts";
import { TERMS } from "./planned-rows.ts";

export interface AuditRunOptions extends AuditOptions {
  readonly tron?: TronView;
  readonly dataDir?: string;
}

/** Audits a store against a world's chain, as the task does: what it reads from the chain goes into a store of its own. */
export async function auditOf(
  world: AuditWorld,
  store: Store = world.store,
  { tron, dataDir = world.dataDir, ...options }: AuditRunOptions = {},
): Promise<AuditResult> {
  world.clock.runs(store);
  await using scratch = await openStore({ setting: "memory:" });
  const { documents } = await store.deploymentParameters.allById();
  await scratch.deploymentParameters.restore(documents);
  const chain = await world.openView(scratch);
  const registry = new NodeRegistry({ store, domain: chain.domain, logger: pino({ level: "silent" }) });
  const { anchors, chunkStore } = world.chain;
  const modules: AuditModules = {
    store,
    chain,
    registry,
    verifier: world.verifier,
    anchors,
    chunkStore,
    dataDir,
    statements: {
      plan: world.planModules(store, chain, registry, new StatementFolder(dataDir)),
      deploymentOf: (month) => world.deploymentOf(month),
      terms: TERMS,
    },
    tron,
  };
  return await audit(options, modules);
}

/** A finding as a line: its code and the first that follows from it. */
export const lineOf = ({ code, place, consequences = [] }: AuditFinding) =>
  `${code} ${JSON.stringify(place)}${consequences.length === 0 ? "" : ` (+${consequences.length})`}`;
