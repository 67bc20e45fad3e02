import type { ChainProvider } from "../chain-provider.ts";
import { EvmError } from "../errors.ts";
import { readEthConfig } from "./eth-config.ts";

/** A gas limit that a call may have at most, and what sets it. */
export interface CallLimit {
  readonly gas: bigint;
  /** E.g. `the block gas limit`. */
  readonly setBy: string;
}

export interface CallBounds {
  /** Above this the chain, or the operator, refuses a call. */
  readonly call: CallLimit;
  /** Up to this a call leaves room for others; a batch is split to fit. */
  readonly batch: CallLimit;
}

/**
 * The share of a block that one of our calls may use. A block is at its target when half full (EIP-1559): a larger call
 * alone raises the base fee, has to wait for an otherwise empty block, and is refused if the limit drops before it is
 * mined.
 */
const BLOCK_SHARE_DIVISOR = 2n;
/** EIP-7825, which came with Osaka. */
const TRANSACTION_GAS_CAP = 2n ** 24n;
/** A precompile that came with Osaka: if eth_config lists it, the cap applies. */
const OSAKA_PRECOMPILE = "P256VERIFY";

/**
 * Reads how much gas a call may have on this chain.
 *
 * @param maxGasPerCall LUCID_MAX_GAS_PER_CALL
 */
export async function readCallBounds(provider: ChainProvider, maxGasPerCall: bigint): Promise<CallBounds> {
  const [block, hasCap] = await Promise.all([provider.getBlock("latest"), hasTransactionCap(provider)]);
  if (block === null) {
    throw new EvmError({
      code: "RPC_FAILED",
      action: "eth_getBlockByNumber",
      reason: "there is no latest block",
    });
  }
  const call = lowest([
    { gas: block.gasLimit, setBy: "the block gas limit" },
    { gas: maxGasPerCall, setBy: "LUCID_MAX_GAS_PER_CALL" },
    ...(hasCap ? [{ gas: TRANSACTION_GAS_CAP, setBy: "the transaction gas cap (EIP-7825)" }] : []),
  ]);
  const share = { gas: block.gasLimit / BLOCK_SHARE_DIVISOR, setBy: "half of the block gas limit" };
  return { call, batch: lowest([call, share]) };
}

const lowest = (limits: readonly CallLimit[]) => limits.reduce((a, b) => (b.gas < a.gas ? b : a));

/** Where a node does not offer eth_config, a cap shows when it refuses what is above. */
async function hasTransactionCap(provider: ChainProvider): Promise<boolean> {
  const config = await readEthConfig(provider);
  return OSAKA_PRECOMPILE in (config?.current?.precompiles ?? {});
}
