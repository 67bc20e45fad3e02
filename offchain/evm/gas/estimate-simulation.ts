import { isError } from "ethers";
import { LucidError } from "../../errors.ts";
import type { ChainProvider } from "../chain-provider.ts";
import { confidenceOf, type EstimateRequest, type GasNeed } from "./gas-estimate.ts";
import { tooLarge } from "./too-large.ts";

/** What the state may change until the call is mined, in percent. */
const MARGIN_PERCENT = 5n;
const WHOLE_PERCENT = 100n;

type Call = Pick<EstimateRequest, "action" | "from" | "to" | "data">;

/**
 * `eth_estimateGas` with a margin, on the state as it is and as it will be when what waits is mined. The higher of the
 * two counts, and how far they lie apart is the spread. A call that only what waits makes possible is possible.
 *
 * @throws {EvmError} CALL_TOO_LARGE where it needs more gas than the node grants an estimate
 * @throws what the node answers when the call would revert on top of what waits
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
 * Asks the node itself, for ethers' own `estimateGas` leaves the block out. A node that takes no block, or not this
 * one, says so in words of its own: whatever fails without a reason of the contract's is asked again without a block.
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
