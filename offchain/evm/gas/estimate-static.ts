import { EvmError } from "../errors.ts";
import {
  confidenceOf,
  type EstimateRequest,
  type ExecutionGasSnapshot,
  type GasNeed,
} from "./gas-estimate.ts";
import { intrinsicGas } from "./intrinsic-gas.ts";
import { fitted } from "./linear-fit.ts";

/** On top of the measured execution: content that no sample had, e.g. the sides on which a proof's hashes stand. */
const EXECUTION_MARGIN = 0.02;

/**
 * Gas from the calldata, the chain's rules and the committed measurements alone: asks nobody.
 *
 * @throws {EvmError} ESTIMATE_UNAVAILABLE for a function that was never measured
 */
export function estimateStatic(
  { action, data, items }: EstimateRequest,
  snapshot: ExecutionGasSnapshot,
  hasFloor: boolean,
): GasNeed {
  const measured = snapshot[action];
  if (measured === undefined) {
    const reason = "the gas snapshot does not hold it";
    throw new EvmError({ code: "ESTIMATE_UNAVAILABLE", method: "static", action, reason });
  }
  const { intrinsic, floor } = intrinsicGas(data, hasFloor);
  const execution = fitted(measured, items);
  const gas = (margin: number) => BigInt(Math.max(floor, Math.ceil(intrinsic + execution * (1 + margin))));
  return {
    gasLimit: gas(EXECUTION_MARGIN),
    gasExpected: gas(0),
    confidence: confidenceOf(measured.spread, measured.samples),
  };
}
