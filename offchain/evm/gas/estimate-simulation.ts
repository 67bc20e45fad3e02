import { isError } from "ethers";
import { LucidError } from "../../errors.ts";
import type { ChainProvider } from "../chain-provider.ts";
import { confidenceOf, type EstimateRequest, type GasNeed } from "./gas-estimate.ts";
import { tooLarge } from "./too-large.ts";

/** Margin for changes of the state until the call is mined, in percent. */
const MARGIN_PERCENT = 5n;
const WHOLE_PERCENT = 100n;

type Call = Pick<EstimateRequest, "action" | "from" | "to" | "data">;

/**
 * `eth_estimateGas` with a margin, on the latest and on the pending state. The higher of the two counts, and their
 * difference is the spread. A call that only pending transactions make possible is accepted.
 *
 * @throws {EvmError} CALL_TOO_LARGE where it needs more gas than the node grants an estimate
 * @throws what the node answers when the call would revert on the pending state
 */
export async function estimateSimulation(call: EstimateRequest, provider: ChainProvider): Promise<GasNeed> {
  const [latest, pending] = await Promise.allSettled([
    estimateOn("latest", call, provider),
    estimateOn("pending", call, provider),
  ]);
  if (pending.status === "rejected") throw pending.reason;
  // A chain that does not answer is not a call that reverts.
  if (latest.status === "rejected" && latest.reason instanceof LucidError) throw latest.reason;
  const now = latest.status === "fulfilled" ? latest.value : pending.value;
  const [low, high] = now < pending.value ? [now, pending.value] : [pending.value, now];
  const spread = Number(high - low) / Number(high);
  return {
    gasLimit: (high * (WHOLE_PERCENT + MARGIN_PERCENT) + WHOLE_PERCENT - 1n) / WHOLE_PERCENT,
    gasExpected: high,
    confidence: confidenceOf(spread, latest.status === "fulfilled" ? 2 : 1),
  };
}

/**
 * Sends the request directly, because `estimateGas` of ethers leaves the block out. Nodes that accept no block, or not
 * this one, say so in different ways: any failure that is not a contract's revert is tried again without a block.
 */
async function estimateOn(
  block: "latest" | "pending",
  { action, from, to, data }: Call,
  provider: ChainProvider,
): Promise<bigint> {
  const call = { from, to, data };
  try {
    return await estimate(provider, [call, block]);
  } catch (error) {
    if (error instanceof LucidError || hasRevertData(error)) throw error;
    const oversized = tooLarge(error, action);
    if (oversized !== undefined) throw oversized;
    return await estimate(provider, [call]);
  }
}

async function estimate(provider: ChainProvider, params: readonly unknown[]): Promise<bigint> {
  return BigInt((await provider.send("eth_estimateGas", [...params])) as string);
}

const hasRevertData = (error: unknown) => isError(error, "CALL_EXCEPTION") && error.data !== null;
