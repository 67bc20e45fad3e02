import type { ReadinessCheck } from "../../monitoring/readiness.ts";
import type { NodeEvent } from "../node/node-event.ts";
import type { PootConsensusModules } from "../poot-consensus.ts";

/** Whether a node can do its work: what it told so far, and what store and chain answer now. */
export class PootReadiness {
  readonly checks: readonly ReadinessCheck[];
  #isStarted = false;
  #clocks: string | undefined;
  #disagreement: string | undefined;

  /** @param nodes addresses of the nodes, in lower case */
  constructor(nodes: readonly string[], { store, chain }: Pick<PootConsensusModules, "store" | "chain">) {
    this.checks = [
      { name: "started", reason: async () => (this.#isStarted ? undefined : "the node is still starting") },
      { name: "store", reason: async () => void (await store.now()) },
      { name: "chain", reason: async () => void (await chain.confirmed.newest()) },
      { name: "clocks", reason: async () => this.#clocks },
      { name: "admission", reason: () => this.#admissionReason(nodes, chain) },
      { name: "agreement", reason: async () => this.#disagreement },
    ];
  }

  readonly onEvent = (event: NodeEvent): void => {
    if (event.kind === "ready") this.#isStarted = true;
    if (event.kind === "clocks-agree") this.#clocks = undefined;
    if (event.kind === "clocks-differ") {
      const { between, storeAheadMs } = event.difference;
      this.#clocks = `the clocks of ${between} are ${Math.round(Math.abs(storeAheadMs) / 1_000)} s apart`;
    }
    if (event.kind === "disagreement") this.#disagreement = `${event.error.code}: ${event.error.message}`;
  };

  async #admissionReason(
    nodes: readonly string[],
    { confirmed, admissions }: PootConsensusModules["chain"],
  ): Promise<string | undefined> {
    const newest = await confirmed.newest();
    if (newest === undefined) return "the chain has no confirmed block";
    const isAdmitted = await Promise.all(nodes.map((node) => admissions.isAdmitted(node, newest)));
    const missing = nodes.filter((_node, place) => isAdmitted[place] !== true);
    return missing.length === 0
      ? undefined
      : `without REGISTRAR (role grant REGISTRAR): ${missing.join(", ")}`;
  }
}
