import type { ChainProvider } from "../chain-provider.ts";
import type { Fees } from "./fees.ts";
import type { FitSample, Items, LinearFit } from "./linear-fit.ts";
import type { SampleCalls } from "./sample-call.ts";

export const ESTIMATE_METHODS = ["static", "dynamic", "historical", "simulation"] as const;
export type EstimateMethod = (typeof ESTIMATE_METHODS)[number];

/** A call whose gas is to be estimated. */
export interface EstimateRequest {
  /** E.g. `LucidAnchors.registerSessions`. */
  readonly action: string;
  readonly from: string;
  readonly to: string;
  readonly data: string;
  /** Item counts on which its execution gas depends, e.g. `{ sessions: 50 }`. */
  readonly items: Items;
}

/** How much gas a call needs; what it costs follows with the fees. */
export interface GasNeed {
  readonly gasLimit: bigint;
  /** What it will likely use. */
  readonly gasExpected: bigint;
  /** 0 to 1, from the spread of the samples and their number. */
  readonly confidence: number;
}

export interface GasEstimate extends GasNeed {
  readonly method: EstimateMethod;
  readonly fees: Fees;
  /** What it will likely cost, in wei. */
  readonly cost: bigint;
  /** Its maximum cost: the gas limit times the fee cap. */
  readonly maxCost: bigint;
}

/** Execution gas of one function, as measured: every sample lies on or below the fit. */
export interface ExecutionGas extends LinearFit {
  readonly samples: number;
  /** The largest distance of a sample from the fit, as a share of it. */
  readonly spread: number;
}
export type ExecutionGasSnapshot = Readonly<Record<string, ExecutionGas>>;

/** Execution gas of calls that were mined, from stored receipts. */
export interface GasHistory {
  samples(action: string): Promise<readonly FitSample[]>;
}

export interface EstimatorModules {
  readonly provider: ChainProvider;
  /** Measured on one fork; see ChainGas. */
  readonly snapshot: ExecutionGasSnapshot;
  readonly samples: SampleCalls;
  readonly history: GasHistory;
}

/** With this many samples the confidence is half. */
const SAMPLES_FOR_HALF = 1;

/**
 * How far an estimate can be trusted: near 1 for many samples that lie close together.
 *
 * @param spread of the samples, as a share of what they are about
 */
export function confidenceOf(spread: number, samples: number): number {
  return samples / (samples + SAMPLES_FOR_HALF) / (1 + Math.abs(spread));
}
