import { ChainGas } from "./chain-gas.ts";
import { estimateDynamic } from "./estimate-dynamic.ts";
import { estimateHistorical } from "./estimate-historical.ts";
import { estimateSimulation } from "./estimate-simulation.ts";
import { estimateStatic } from "./estimate-static.ts";
import { type Fees, readFees } from "./fees.ts";
import type {
  EstimateMethod,
  EstimateRequest,
  EstimatorModules,
  GasEstimate,
  GasNeed,
} from "./gas-estimate.ts";

/** Estimates what a call needs and costs, by one of four methods. */
export class GasEstimator {
  readonly #modules: EstimatorModules;
  readonly #chainGas: ChainGas;

  constructor(modules: EstimatorModules) {
    this.#modules = modules;
    this.#chainGas = new ChainGas(modules);
  }

  /**
   * @throws {EvmError} ESTIMATE_UNAVAILABLE
   * @throws what the node answers, for `simulation` when the call would revert
   * @example
   * const { gasLimit, fees, mostCost } = await estimator.estimate("simulation", request);
   */
  async estimate(method: EstimateMethod, request: EstimateRequest): Promise<GasEstimate> {
    const need = await this.need(method, request);
    const fees = need.fees ?? (await readFees(this.#modules.provider));
    const { gasLimit, gasExpected, confidence } = need;
    return {
      method,
      gasLimit,
      gasExpected,
      confidence,
      fees,
      cost: gasExpected * expectedPrice(fees),
      mostCost: gasLimit * fees.feeCap,
    };
  }

  /** The gas alone, without what it costs. @throws as estimate */
  async need(method: EstimateMethod, request: EstimateRequest): Promise<GasNeed & { fees?: Fees }> {
    const { provider, history } = this.#modules;
    switch (method) {
      case "simulation":
        return await estimateSimulation(request, provider);
      case "static":
        return await estimateStatic(request, this.#chainGas);
      case "dynamic":
        return await estimateDynamic(request, this.#modules, this.#chainGas);
      case "historical":
        return await estimateHistorical(request, history, await this.#chainGas.floor());
    }
  }
}

/** What a unit of gas will likely cost, in wei. */
export function expectedPrice({ type, baseFee, tip, feeCap }: Fees): bigint {
  const price = type === 2 ? baseFee + tip : feeCap;
  return price < feeCap ? price : feeCap;
}
