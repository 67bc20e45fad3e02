import type { ChainProvider } from "../chain-provider.ts";
import type { Items } from "./linear-fit.ts";

/** Code and storage that accounts have in a simulated call, by their addresses: the state override of eth_call. */
export type StateOverride = Readonly<
  Record<string, { readonly code: string; readonly stateDiff?: Readonly<Record<string, string>> }>
>;

/** A call that can be simulated on any chain: it carries the contracts and the state that it needs. */
export interface SampleCall {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  /** Item counts on which its execution gas depends. */
  readonly items: Items;
  readonly state: StateOverride;
}

/**
 * Calls of a method, with sizes from which the gas of each kind of item follows: at least one more than it has kinds of
 * items. Undefined for a method without samples.
 */
export type SampleCalls = (
  action: string,
  provider: ChainProvider,
) => Promise<readonly SampleCall[]> | undefined;
