import { id } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";
import { isAnsweredError } from "../node-errors.ts";
import { readEthConfig } from "./eth-config.ts";

/** An unused account, with code that writes a new word of storage: the cost that forks change most. */
const PROBED = "0x00000000000000000000000000000000007e0b0e";
const WRITES_A_WORD = "0x6001600055";

/**
 * A key for the chain and the rules that it follows now; gas that was measured under one key is not used under another.
 * The genesis hash distinguishes local chains, which share their id. The fork is identified by eth_config (EIP-7910) where a
 * node offers it, else by the cost of creating state; and in any case by the header's fields, which most forks extend.
 *
 * @throws {EvmError} RPC_UNREACHABLE, BREAKER_OPEN: a fork that was not asked for has no name
 */
export async function readFork(provider: ChainProvider): Promise<string> {
  const [{ chainId }, genesis, head, config] = await Promise.all([
    provider.getNetwork(),
    provider.getBlock(0),
    provider.send("eth_getBlockByNumber", ["latest", false]) as Promise<object>,
    readEthConfig(provider),
  ]);
  const rules = config?.current ?? (await probe(provider));
  return `${chainId} ${genesis?.hash} ${id(JSON.stringify([rules, Object.keys(head).sort()]))}`;
}

/** The answer of a node without state overrides says nothing about the fork, and does no harm. */
async function probe(provider: ChainProvider): Promise<unknown> {
  const call = { from: PROBED, to: PROBED, data: "0x00" };
  const state = { [PROBED]: { code: WRITES_A_WORD } };
  try {
    return await provider.send("eth_estimateGas", [call, "latest", state]);
  } catch (error) {
    if (isAnsweredError(error)) return null;
    throw error;
  }
}
