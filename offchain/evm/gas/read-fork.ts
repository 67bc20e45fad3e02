import { id } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";
import { isAnsweredError } from "../node-errors.ts";
import { readEthConfig } from "./eth-config.ts";

/** An account that nobody has, and code there that writes a new word of storage: what forks reprice most. */
const PROBED = "0x00000000000000000000000000000000007e0b0e";
const WRITES_A_WORD = "0x6001600055";

/**
 * Names the chain and the rules that it follows now; gas that was measured under one name says nothing under another.
 * The genesis tells local chains apart, which share their id. The fork is what eth_config (EIP-7910) says where a node
 * offers it, and else what it costs to create state; and in any case the fields of the header, which most forks add to.
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

/** What a node answers that takes no state in an estimate says nothing of the fork, and does no harm. */
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
