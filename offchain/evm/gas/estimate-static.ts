import { type ChainGas, EXECUTION_MARGIN } from "./chain-gas.ts";
import { confidenceOf, type EstimateRequest, type GasNeed } from "./gas-estimate.ts";
import { intrinsicGas } from "./intrinsic-gas.ts";
import { fitted } from "./linear-fit.ts";

/**
 * Gas from the calldata and from what execution costs on the connected chain: the call itself is not simulated, so it
 * need not succeed yet.
 *
 * @throws {EvmError} ESTIMATE_UNAVAILABLE for a function that was never measured, or whose samples the node does not
 * simulate
 */
export async function estimateStatic(
  { action, data, items }: EstimateRequest,
  chainGas: ChainGas,
): Promise<GasNeed> {
  const { execution: measured, floor: calldataFloor } = await chainGas.measured(action);
  const { intrinsic, floor } = intrinsicGas(data, calldataFloor);
  const execution = fitted(measured, items);
  const gas = (margin: number) => BigInt(Math.max(floor, Math.ceil(intrinsic + execution * (1 + margin))));
  return {
    gasLimit: gas(EXECUTION_MARGIN),
    gasExpected: gas(0),
    confidence: confidenceOf(measured.spread, measured.samples),
  };
}
