import type { Figure } from "../figure.ts";
import type { Plot } from "./plot.ts";
import { anchorPlots } from "./plots/anchor.ts";
import { auditPlots } from "./plots/audit.ts";
import { consensusPlots, creditPlots } from "./plots/consensus.ts";
import { estimatePlots } from "./plots/estimates.ts";
import { gasPlots } from "./plots/gas.ts";
import { distributionPlots, payoutPlots } from "./plots/payouts.ts";
import { proofPlots, vrfPlots } from "./plots/proofs.ts";
import { scalePlots } from "./plots/scale.ts";
import { sealPlots } from "./plots/seal.ts";
import { storePlots } from "./plots/store.ts";

/** A section of the document. */
export interface Subject {
  readonly benchmark: string;
  readonly title: string;
  readonly about: string;
  /** What is drawn of the benchmark's figures. */
  readonly plots: (figures: readonly Figure[]) => Plot[];
}

/** Every benchmark, in the order of the document: what the chain charges, then the way of a recording, then the nodes. */
export const SUBJECTS: readonly Subject[] = [
  {
    benchmark: "gas",
    title: "Gas",
    about:
      "The gas of every entry, beside the Ethereum Attestation Service with the same fields and a contract that keeps plain structs, all on one chain; then the same calls on other hard forks.",
    plots: gasPlots,
  },
  {
    benchmark: "gas-estimates",
    title: "Gas estimates",
    about:
      "How close each method of estimating comes to the gas that calls then use, for every function that writes, on each node and hard fork at hand.",
    plots: estimatePlots,
  },
  {
    benchmark: "payouts",
    title: "Payouts",
    about:
      "What a payment takes through each router, one by one and in batches, beside a bare transfer of the same token.",
    plots: payoutPlots,
  },
  {
    benchmark: "seal",
    title: "Sealing",
    about:
      "The rate of sealing beside its floor (the same bytes through zstd, cipher, SHA-256 and segment hashing alone) and beside `zstd | age`, by cores; its memory; and many small recordings.",
    plots: sealPlots,
  },
  {
    benchmark: "anchor",
    title: "Anchoring",
    about:
      "Sessions anchored a second, end to end, beside bare loops of ethers; and a large tree beside its floor.",
    plots: anchorPlots,
  },
  {
    benchmark: "store",
    title: "Store",
    about: "What the store costs beside the bare databases, with the same durability.",
    plots: storePlots,
  },
  {
    benchmark: "proofs",
    title: "Task proofs",
    about: "Proofs verified a second, beside ethers, and verified and inserted, beside inserting alone.",
    plots: proofPlots,
  },
  {
    benchmark: "vrf",
    title: "VRF",
    about:
      "VRF proofs verified and made a second, beside the same verification written plainly on @noble/curves.",
    plots: vrfPlots,
  },
  {
    benchmark: "credits",
    title: "Credits and leaders",
    about:
      "What a slot costs as entities grow: one slot enters the window, one leaves, and the leader is decided; beside it the plain recomputation of the window.",
    plots: creditPlots,
  },
  {
    benchmark: "consensus",
    title: "Consensus",
    about:
      "Five processes that share a MongoDB server and a chain, undisturbed; then what a node does in a slot among more and more nodes.",
    plots: consensusPlots,
  },
  {
    benchmark: "audit",
    title: "Audit",
    about: "How fast an audit replays slots, beside verifying the same proofs on one core.",
    plots: auditPlots,
  },
  {
    benchmark: "payouts-distribution",
    title: "Distribution",
    about: "A month's distribution and statement for a million payees.",
    plots: distributionPlots,
  },
  {
    benchmark: "scale",
    title: "Commands over a growing store",
    about: "Wall time and memory of whole commands, their start included, as the store's sessions grow.",
    plots: scalePlots,
  },
];
