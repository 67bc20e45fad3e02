import { EvmError } from "../errors.ts";
import { confidenceOf, type EstimateRequest, type GasHistory, type GasNeed } from "./gas-estimate.ts";
import { type CalldataFloor, intrinsicGas } from "./intrinsic-gas.ts";
import { fitLinear, fitted, quantile } from "./linear-fit.ts";

/** With fewer receipts a quantile is meaningless. */
const MIN_SAMPLES = 20;
/** The quantile of the residuals that the limit covers. */
const RESIDUAL_QUANTILE = 0.99;

/**
 * Execution gas fitted against the item count of recorded receipts, with a quantile of the residuals on top.
 *
 * @throws {EvmError} ESTIMATE_UNAVAILABLE while there are too few receipts
 */
export async function estimateHistorical(
  { action, data, items }: EstimateRequest,
  history: GasHistory,
  calldataFloor: CalldataFloor,
): Promise<GasNeed> {
  const samples = await history.samples(action);
  if (samples.length < MIN_SAMPLES) {
    const reason = `${samples.length} receipts are recorded, ${MIN_SAMPLES} are needed`;
    throw new EvmError({ code: "ESTIMATE_UNAVAILABLE", method: "historical", action, reason });
  }
  const fit = fitLinear(samples);
  const residuals = samples.map((sample) => sample.gas - fitted(fit, sample.items));
  const above = Math.max(0, quantile(residuals, RESIDUAL_QUANTILE));
  const { intrinsic, floor } = intrinsicGas(data, calldataFloor);
  const expected = Math.max(floor, Math.ceil(intrinsic + fitted(fit, items)));
  return {
    gasLimit: BigInt(Math.max(expected, Math.ceil(expected + above))),
    gasExpected: BigInt(expected),
    confidence: confidenceOf(above / expected, samples.length),
  };
}
