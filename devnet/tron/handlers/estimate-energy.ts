import type { JsonObject } from "../json/parse-json.ts";
import { callParameters } from "./call-parameters.ts";
import { answered, shown } from "./constant-call.ts";
import type { CallRequest } from "./request.ts";
import { simulate } from "./simulate.ts";

/** How far a search for a fee limit goes: to 1 TRX, in sun. */
const PRECISION = 1_000_000n;

/**
 * Searches the least fee limit with which a call succeeds, between what it uses and twice that, to the nearest TRX: so
 * the estimate is up to 10,000 energy too high at 100 sun a unit.
 */
export async function estimateEnergy(request: CallRequest): Promise<JsonObject> {
  return await answered(request, async () => {
    const { view, now, isVisible } = request;
    const call = callParameters(request);
    const { result } = await simulate(view, call, now);
    if (result.outcome !== "SUCCESS") {
      const message = shown(result.message ?? result.outcome, isVisible);
      return { result: { code: "CONTRACT_EXE_ERROR", message } };
    }
    const price = view.world.prices.energy;
    const succeeds = async (feeLimit: bigint) => {
      const attempt = await simulate(view, call, now, feeLimit / price);
      return attempt.result.outcome === "SUCCESS";
    };
    const feeLimit = await search(result.energyUsed * price, succeeds);
    return { result: { result: true }, energy_required: (feeLimit + price - 1n) / price };
  });
}

async function search(used: bigint, succeeds: (feeLimit: bigint) => Promise<boolean>): Promise<bigint> {
  let [low, high] = [used, used * 2n];
  while (high - low > PRECISION) {
    const middle = (low + high) / 2n;
    if (await succeeds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
