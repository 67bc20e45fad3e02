import type { ChainProvider } from "../chain-provider.ts";

/** What a node says of the rules that its chain follows (EIP-7910), as far as it is read here. */
export interface ForkConfig {
  /** Of the latest block. */
  readonly current?: { readonly precompiles?: Readonly<Record<string, string>> };
}

/** @returns undefined where the node does not offer eth_config, as most did not before Osaka. */
export function readEthConfig(provider: ChainProvider): Promise<ForkConfig | undefined> {
  return provider.send("eth_config", []).catch(() => undefined) as Promise<ForkConfig | undefined>;
}
