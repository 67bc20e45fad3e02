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
  #fees: { readonly head: number; readonly fees: Promise<Fees> } | undefined;

  constructor(modules: EstimatorModules) {
    this.#modules = modules;
    this.#chainGas = new ChainGas(modules);
  }

  /**
   * @param head number of the latest block, where it was just read. @default fees are read in any case
   * @throws {EvmError} ESTIMATE_UNAVAILABLE
   * @throws what the node answers, for `simulation` when the call would revert
   * @example
   * const { gasLimit, fees, maxCost } = await estimator.estimate("simulation", request);
   */
  async estimate(method: EstimateMethod, request: EstimateRequest, head?: number): Promise<GasEstimate> {
    const [need, current] = await Promise.all([this.need(method, request), this.#feesAt(head)]);
    const fees = need.fees ?? current;
    const { gasLimit, gasExpected, confidence } = need;
    return {
      method,
      gasLimit,
      gasExpected,
      confidence,
      fees,
      cost: gasExpected * expectedPrice(fees),
      maxCost: gasLimit * fees.feeCap,
    };
  }

  /** Fees follow from the head: while it is the same one, they are not requested again. */
  async #feesAt(head: number | undefined): Promise<Fees> {
    if (head === undefined) return await readFees(this.#modules.provider);
    if (this.#fees?.head !== head) this.#fees = { head, fees: readFees(this.#modules.provider) };
    try {
      return await this.#fees.fees;
    } catch (error) {
      this.#fees = undefined;
      throw error;
    }
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
