import type { ChainProvider } from "../chain-provider.ts";
import type { Items } from "./linear-fit.ts";

/** Code and storage that accounts have in a simulated call, by their addresses: the state override of eth_call. */
export type StateOverride = Readonly<
  Record<string, { readonly code: string; readonly stateDiff?: Readonly<Record<string, string>> }>
>;

/** A call that can be simulated on any chain: it brings the contracts and the state that it needs. */
export interface SampleCall {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  /** What its execution grows with. */
  readonly items: Items;
  readonly state: StateOverride;
}

/**
 * Calls of a method, of sizes that tell what each of its items takes: at least one more than it has kinds of items.
 * Undefined for a method of which none are known.
 */
export type SampleCalls = (
  action: string,
  provider: ChainProvider,
) => Promise<readonly SampleCall[]> | undefined;
