import { type AuditModules, audit } from "../../../offchain/audit/audit.ts";
import type { AuditResult } from "../../../offchain/audit/report.ts";
import { connectNode } from "../../../offchain/consensus/node/connect-node.ts";
import { NodeRegistry } from "../../../offchain/consensus/node/node-registry.ts";
import type { PootConsensusModules } from "../../../offchain/consensus/poot-consensus.ts";
import { createLogger } from "../../../offchain/logger.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { eachPage } from "../../../offchain/store/repositories/repository.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { planDeployment } from "../../payout/planning.ts";
import type { DemoContext } from "../demo-context.ts";
import { planModules } from "../payouts/month-act.ts";
import type { PaidMonth } from "../payouts/paid-month.ts";

/** Audits stores against the demo's chain, as the task does: what it reads from the chain goes into a store of its own. */
export class DemoAudit implements AsyncDisposable {
  readonly #context: DemoContext;
  readonly #month: PaidMonth;
  readonly #scratch: Store;
  readonly #node: PootConsensusModules;

  private constructor(context: DemoContext, month: PaidMonth, scratch: Store, node: PootConsensusModules) {
    this.#context = context;
    this.#month = month;
    this.#scratch = scratch;
    this.#node = node;
  }

  static async open(context: DemoContext, month: PaidMonth): Promise<DemoAudit> {
    const { chain, clock } = context;
    const scratch = await openStore({ setting: "memory:" });
    try {
      for await (const page of eachPage((request) => chain.store.deploymentParameters.allById(request))) {
        await scratch.deploymentParameters.restore(page);
      }
      const { provider, evm } = chain;
      const connections = { provider, evm, store: scratch, clock, logger: createLogger("silent") };
      return new DemoAudit(context, month, scratch, await connectNode(month.settings, connections));
    } catch (error) {
      await scratch.close();
      throw error;
    }
  }

  get domain() {
    return this.#node.chain.domain;
  }

  async run(store: Store): Promise<AuditResult> {
    const { chain, verifier, anchors } = this.#node;
    const { dataDir, chain: inProcess } = this.#context;
    const { settings, payments, terms } = this.#month;
    const modules: AuditModules = {
      ...{ store, chain, verifier, anchors, dataDir, chunkStore: inProcess.chunkStore },
      registry: new NodeRegistry({ store, domain: chain.domain, logger: createLogger("silent") }),
      statements: {
        plan: planModules(store, this.#node, dataDir),
        deploymentOf: (month) => planDeployment(month, { settings, firstSlot: chain.firstSlot }),
        terms,
      },
      tron: payments,
    };
    return await audit({}, modules);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node.verifier.close();
    await this.#scratch.close();
  }
}
