/** How close each method of estimating gas comes to what calls then use, for every function that writes. */
import hre from "hardhat";
import { gasSamples } from "../../offchain/contracts/gas-samples.ts";
import type { EstimateMethod, EstimateRequest, GasHistory } from "../../offchain/evm/gas/gas-estimate.ts";
import { GasEstimator } from "../../offchain/evm/gas/gas-estimator.ts";
import { intrinsicGas, NO_FLOOR } from "../../offchain/evm/gas/intrinsic-gas.ts";
import { type FitSample, quantile } from "../../offchain/evm/gas/linear-fit.ts";
import snapshot from "../../snapshots/estimates/execution-gas.json" with { type: "json" };
import { type CallSize, GasCalls, type GasChain, startGasChain } from "./estimates/gas-calls.ts";
import { Random } from "./estimates/random.ts";
import type { Figure, Measurement } from "./figure.ts";

const CALLS = 500;
/** Receipts that the historical method has before it is asked. */
const LEARNED = 100;
const SEED = 7_623;
/** Gas that every call fits into. */
const MOST_GAS = 16_777_216n;
const MOST_COUNT: Readonly<Record<string, number>> = {
  "LucidAnchors.registerSessions": 60,
  "LucidAnchors.registerSessionTree": 2 ** 20,
  "LucidChunkStore.storeChunkMetadata": 64,
  "LucidChunkStore.updateChunkStatus": 128,
  "LucidChunkStore.proveStorage": 24,
};
const MOST_PROOF = 20;
const USED_STATE = " (used state)";
/** A refund is paid back at the end: the limit must be above what is used, by how much is not the method's doing. */
const REFUNDED = ["LucidAnchors.revokeRole", "LucidChunkStore.unpause"];
const MEASURED: readonly EstimateMethod[] = ["static", "historical", "simulation"];

/** What one function's calls showed, by method. */
interface Row {
  readonly action: string;
  readonly ratios: Record<string, number[]>;
  readonly bare: number[];
  readonly tooLow: Record<string, number>;
}

/** Receipts of this run. */
class RunHistory implements GasHistory {
  readonly samplesOf = new Map<string, FitSample[]>();

  samples(action: string): Promise<readonly FitSample[]> {
    return Promise.resolve(this.samplesOf.get(action) ?? []);
  }

  add(action: string, sample: FitSample): void {
    this.samplesOf.set(action, [...(this.samplesOf.get(action) ?? []), sample].slice(-CALLS));
  }
}

async function measureFunction(
  chain: GasChain,
  random: Random,
  action: string,
  make: (size: CallSize) => Promise<EstimateRequest>,
): Promise<Row> {
  const history = new RunHistory();
  const estimator = new GasEstimator({
    provider: chain.provider,
    snapshot: snapshot.functions,
    samples: gasSamples,
    history,
  });
  const row: Row = { action, ratios: { static: [], historical: [], simulation: [] }, bare: [], tooLow: {} };
  for (let call = -LEARNED; call < CALLS; call++) {
    const count = random.whole(1, MOST_COUNT[action.replace(USED_STATE, "")] ?? 1);
    const request = await make({ count, proof: random.whole(0, MOST_PROOF), isRun: random.next() < 0.8 });
    const isLearning = call < 0;
    const limits: Partial<Record<EstimateMethod, bigint>> = {};
    for (const method of isLearning ? [] : MEASURED) {
      limits[method] = (await estimator.estimate(method, request)).gasLimit;
    }
    const { from, to, data } = request;
    const bare = isLearning ? 0n : await chain.provider.estimateGas({ from, to, data });
    // Sent with the lower of the two that must never be too low: if that is enough, so is the other.
    const floor = [limits.static, limits.simulation].filter((limit) => limit !== undefined);
    const lowest = floor.reduce((a, b) => (b < a ? b : a), MOST_GAS);
    const { hash } = await chain.signer.sendTransaction({ to, data, gasLimit: lowest }).catch(async () => {
      await countTooLow(chain, request, limits, row);
      return await chain.signer.sendTransaction({ to, data, gasLimit: MOST_GAS });
    });
    const receipt = await chain.provider.getTransactionReceipt(hash);
    if (receipt?.status !== 1) throw new Error(`${action} was not mined`);
    const used = receipt.gasUsed;
    for (const method of MEASURED) {
      const limit = limits[method];
      if (limit === undefined) continue;
      row.ratios[method]?.push(Number(limit) / Number(used));
      if (limit < used) row.tooLow[method] = (row.tooLow[method] ?? 0) + 1;
    }
    if (!isLearning) row.bare.push(Number(bare) / Number(used));
    history.add(request.action, {
      items: request.items,
      gas: Number(used) - intrinsicGas(request.data, NO_FLOOR).intrinsic,
    });
  }
  return row;
}

/** Which of the limits made the call fail. */
async function countTooLow(
  { provider }: GasChain,
  { from, to, data }: EstimateRequest,
  limits: Partial<Record<EstimateMethod, bigint>>,
  { tooLow }: Row,
): Promise<void> {
  for (const method of ["static", "simulation"] as const) {
    const isEnough = await provider.call({ from, to, data, gasLimit: limits[method] ?? 0n }).then(
      () => true,
      () => false,
    );
    if (!isEnough) tooLow[method] = (tooLow[method] ?? 0) + 1;
  }
}

/** Calls that skip what stands or get a refund use less than they need at the start: never too low, no ratio. */
const isRated = ({ action }: Row) => !REFUNDED.includes(action) && !action.endsWith(USED_STATE);

function figuresOf(rows: readonly Row[], goals: Readonly<Record<string, number>>): Figure[] {
  const rated = rows.filter(isRated);
  const worst = (of: (row: Row) => readonly number[]) =>
    Math.max(...rated.map((row) => quantile(of(row), 0.99)));
  const totals = Object.entries(goals).map(([method, goal]): Figure => {
    const value = worst(({ ratios }) => ratios[method] ?? []);
    const beside = { eth_estimateGas: worst(({ bare }) => bare) };
    return {
      figure: `estimates.${method}.p99`,
      value,
      unit: "estimate / used",
      goal: { atMost: goal },
      beside,
    };
  });
  const sum = (method: string) => rows.reduce((total, { tooLow }) => total + (tooLow[method] ?? 0), 0);
  const tooLow: Figure = {
    figure: "estimates.tooLow",
    value: sum("static") + sum("simulation"),
    unit: `of ${2 * CALLS * rows.length} transactions`,
    goal: { atMost: 0 },
    beside: { "historical, of which its quantile allows 1 in 100": sum("historical") },
  };
  const detail = rows.flatMap((row) =>
    MEASURED.map((method): Figure => {
      const values = row.ratios[method] ?? [];
      const beside = { median: quantile(values, 0.5), "too low": row.tooLow[method] ?? 0 };
      const unit = isRated(row) ? "p99" : "p99, without a goal";
      return { figure: `${row.action} ${method}`, value: quantile(values, 0.99), unit, beside };
    }),
  );
  return [...totals, tooLow, ...detail];
}

export async function measure(): Promise<Measurement> {
  const chain = await startGasChain();
  const random = new Random(SEED);
  const calls = new GasCalls(chain, random);
  const rows: Row[] = [];
  for (const [action, make] of Object.entries(calls.makers)) {
    rows.push(await measureFunction(chain, random, action, make));
  }
  for (const [action, make] of Object.entries(calls.onUsedState)) {
    rows.push(await measureFunction(chain, random, action + USED_STATE, make));
  }
  const { networkConfig } = chain.connection;
  const measurement = {
    conditions: {
      calls: `${CALLS} a function, after ${LEARNED} from which the historical method learned; seed ${SEED}`,
      solc: hre.config.solidity.profiles.default?.compilers[0]?.version ?? "unknown",
      "hardfork of the chain": networkConfig.type === "edr-simulated" ? networkConfig.hardfork : "unknown",
    },
    figures: figuresOf(rows, { simulation: 1.15, static: 1.1, historical: 1.25 }),
  };
  await chain.connection.close();
  return measurement;
}
