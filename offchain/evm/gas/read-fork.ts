import { id } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";

interface ForkConfig {
  readonly current?: unknown;
}

/**
 * Names the chain and the rules that it follows now; gas that was measured under one name says nothing under another.
 * The genesis tells local chains apart, which share their id. The fork is what eth_config (EIP-7910) says where a node
 * offers it, and else the fields of the header, which most forks add to.
 */
export async function readFork(provider: ChainProvider): Promise<string> {
  const [{ chainId }, genesis, head, config] = await Promise.all([
    provider.getNetwork(),
    provider.getBlock(0),
    provider.send("eth_getBlockByNumber", ["latest", false]) as Promise<object>,
    provider.send("eth_config", []).catch(() => undefined) as Promise<ForkConfig | undefined>,
  ]);
  const rules = JSON.stringify([config?.current ?? null, Object.keys(head).sort()]);
  return `${chainId} ${genesis?.hash} ${id(rules)}`;
}
