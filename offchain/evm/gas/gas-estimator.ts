import type { ChainProvider } from "../chain-provider.ts";
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
  #hasFloor: Promise<boolean> | undefined;

  constructor(modules: EstimatorModules) {
    this.#modules = modules;
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
    const { provider, snapshot, history } = this.#modules;
    if (method === "simulation") return await estimateSimulation(request, provider);
    this.#hasFloor ??= chainHasFloor(provider);
    const hasFloor = await this.#hasFloor;
    switch (method) {
      case "static":
        return estimateStatic(request, snapshot, hasFloor);
      case "dynamic":
        return await estimateDynamic(request, this.#modules, hasFloor);
      case "historical":
        return await estimateHistorical(request, history, hasFloor);
    }
  }
}

/** What a unit of gas will likely cost, in wei. */
export function expectedPrice({ type, baseFee, tip, feeCap }: Fees): bigint {
  const price = type === 2 ? baseFee + tip : feeCap;
  return price < feeCap ? price : feeCap;
}

/** EIP-7623 came with Prague, whose headers are the first with a hash of requests. */
async function chainHasFloor(provider: ChainProvider): Promise<boolean> {
  const block = (await provider.send("eth_getBlockByNumber", ["latest", false])) as {
    requestsHash?: string;
  };
  return block.requestsHash !== undefined;
}
