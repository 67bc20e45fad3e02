import type { ChainProvider } from "./chain-provider.ts";
import { confidenceOf, type EstimateRequest, type GasNeed } from "./gas-estimate.ts";

/** What the state may change until the call is mined, in percent. */
const MARGIN_PERCENT = 5n;
const WHOLE_PERCENT = 100n;
const STATES = ["latest", "pending"] as const;

/**
 * `eth_estimateGas` with a margin, on the state as it is and as it will be when what waits is mined; the dearer one
 * counts, and how far they lie apart is the spread.
 *
 * @throws what the node answers when the call would revert
 */
export async function estimateSimulation(
  { from, to, data }: EstimateRequest,
  provider: ChainProvider,
): Promise<GasNeed> {
  const estimates = await Promise.all(
    STATES.map((blockTag) => provider.estimateGas({ from, to, data, blockTag })),
  );
  const [low, high] = estimates.sort((a, b) => (a < b ? -1 : 1)) as [bigint, bigint];
  const spread = Number(high - low) / Number(high);
  return {
    gasLimit: (high * (WHOLE_PERCENT + MARGIN_PERCENT) + WHOLE_PERCENT - 1n) / WHOLE_PERCENT,
    gasExpected: high,
    confidence: confidenceOf(spread, STATES.length),
  };
}
