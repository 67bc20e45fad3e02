import type { ChainProvider } from "../chain-provider.ts";
import { isAnsweredError } from "../node-errors.ts";

/** What a node reports about the rules of its chain (EIP-7910), as far as it is used here. */
export interface ForkConfig {
  /** Of the latest block. */
  readonly current?: { readonly precompiles?: Readonly<Record<string, string>> };
}

/**
 * Asks a node for the rules of its chain. Most did not offer eth_config before Osaka, and nodes and gateways refuse
 * unknown methods in many ways: any error that they answer with is taken to mean that. No answer means nothing.
 *
 * @returns undefined where the node does not offer it
 * @throws {EvmError} RPC_UNREACHABLE, BREAKER_OPEN where it did not answer
 */
export async function readEthConfig(provider: ChainProvider): Promise<ForkConfig | undefined> {
  try {
    return (await provider.send("eth_config", [])) as ForkConfig;
  } catch (error) {
    if (isAnsweredError(error)) return undefined;
    throw error;
  }
}
