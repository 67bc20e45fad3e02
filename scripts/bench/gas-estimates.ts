/** How close each method of estimating gas comes to what calls then use, for every function that writes. */
import { isError, NonceManager, type TransactionReceipt } from "ethers";
import hre from "hardhat";
import { findAnvil, startAnvil } from "../../devnet/anvil.ts";
import { findGeth, startGeth } from "../../devnet/geth.ts";
import { gasSamples } from "../../offchain/contracts/gas-samples.ts";
import type { EstimateMethod, EstimateRequest, GasHistory } from "../../offchain/evm/gas/gas-estimate.ts";
import { GasEstimator } from "../../offchain/evm/gas/gas-estimator.ts";
import { intrinsicGas, NO_FLOOR } from "../../offchain/evm/gas/intrinsic-gas.ts";
import { type FitSample, quantile } from "../../offchain/evm/gas/linear-fit.ts";
import snapshot from "../../snapshots/estimates/execution-gas.json" with { type: "json" };
import {
  type CallSize,
  GasCalls,
  type GasChain,
  startGasChain,
  startGasChainOn,
} from "./estimates/gas-calls.ts";
import { Random } from "./estimates/random.ts";
import type { Figure, Measurement } from "./figure.ts";

const CALLS = 500;
/** And on each other node and fork, whose chains live in processes of their own. */
const CALLS_ON_NODES = 40;
const FORKS = ["cancun", "prague", "osaka"];
/** Receipts that the historical method has before it is asked. */
const LEARNED = 100;
const SEED = 7_623;
/** Gas that every call fits into. */
const MAX_GAS = 16_777_216n;
const MAX_COUNT: Readonly<Record<string, number>> = {
  "LucidAnchors.registerSessions": 60,
  "LucidAnchors.registerSessionTree": 2 ** 20,
  "LucidChunkStore.storeChunkMetadata": 64,
  "LucidChunkStore.updateChunkStatus": 128,
  "LucidChunkStore.proveStorage": 24,
};
const MAX_PROOF = 20;
const USED_STATE = " (used state)";
/** A refund is paid back at the end: the limit must be above what is used, by how much is not the method's doing. */
const REFUNDED = ["LucidAnchors.revokeRole", "LucidChunkStore.unpause"];
/** What must hold on every fork. */
const ON_NODES: readonly EstimateMethod[] = ["static", "simulation"];
const MEASURED: readonly EstimateMethod[] = ["static", "historical", "simulation"];

/** What one function's calls showed, by method. */
interface Row {
  readonly chain: string;
  readonly action: string;
  readonly calls: number;
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
  { calls, learned, methods }: Extent,
): Promise<Row> {
  const history = new RunHistory();
  const estimator = new GasEstimator({
    provider: chain.provider,
    snapshot: snapshot.functions,
    samples: gasSamples,
    history,
  });
  const ratios = Object.fromEntries(methods.map((method): [string, number[]] => [method, []]));
  const row: Row = { chain: chain.name, action, calls, ratios, bare: [], tooLow: {} };
  for (let call = -learned; call < calls; call++) {
    const count = random.whole(1, MAX_COUNT[action.replace(USED_STATE, "")] ?? 1);
    const request = await make({ count, proof: random.whole(0, MAX_PROOF), isRun: random.next() < 0.8 });
    const isLearning = call < 0;
    const limits: Partial<Record<EstimateMethod, bigint>> = {};
    for (const method of isLearning ? [] : methods) {
      limits[method] = (await estimator.estimate(method, request)).gasLimit;
    }
    const { from, to, data } = request;
    const bare = isLearning ? 0n : await chain.provider.estimateGas({ from, to, data });
    // Sent with the lower of the two that must never be too low: if that is enough, so is the other.
    const floor = [limits.static, limits.simulation].filter((limit) => limit !== undefined);
    const lowest = floor.reduce((a, b) => (b < a ? b : a), MAX_GAS);
    let receipt = await send(chain, request, lowest);
    if (receipt === undefined) {
      await countTooLow(chain, request, limits, row);
      receipt = await send(chain, request, MAX_GAS);
    }
    if (receipt === undefined) throw new Error(`${action} was not mined`);
    const used = receipt.gasUsed;
    for (const method of methods) {
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

/** How much is measured on a chain. */
interface Extent {
  readonly calls: number;
  readonly learned: number;
  readonly methods: readonly EstimateMethod[];
}

/** @returns undefined where the gas was not enough */
async function send(
  { signer, provider }: GasChain,
  { to, data }: EstimateRequest,
  gasLimit: bigint,
): Promise<TransactionReceipt | undefined> {
  try {
    const sent = await signer.sendTransaction({ to, data, gasLimit });
    await sent.wait();
    const receipt = await provider.getTransactionReceipt(sent.hash);
    return receipt?.status === 1 ? receipt : undefined;
  } catch (error) {
    if (signer instanceof NonceManager) signer.reset();
    if (isError(error, "CALL_EXCEPTION") || gasLimit !== MAX_GAS) return undefined;
    throw error;
  }
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

/** Calls that skip existing entries or get a refund use less than their gas limit: only checked for not being too low. */
const isRated = ({ action }: Row) => !REFUNDED.includes(action) && !action.endsWith(USED_STATE);

function figuresOf(rows: readonly Row[], goals: Readonly<Record<string, number>>): Figure[] {
  const rated = rows.filter(isRated);
  const worst = (of: (row: Row) => readonly number[] | undefined, among = rated) =>
    Math.max(0, ...among.map((row) => quantile(of(row) ?? [0], 0.99)));
  const chains = [...new Set(rows.map(({ chain }) => chain))];
  const totals = Object.entries(goals).map(([method, goal]): Figure => {
    const ratiosOf = ({ ratios }: Row) => ratios[method];
    const value = worst(ratiosOf);
    const measured = chains.filter((chain) => rows.some((row) => row.chain === chain && ratiosOf(row)));
    const ofChain = (name: string) => rated.filter(({ chain }) => chain === name);
    const beside = {
      eth_estimateGas: worst(({ bare }) => bare),
      ...Object.fromEntries(measured.map((name) => [name, worst(ratiosOf, ofChain(name))])),
    };
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
    unit: `of ${rows.reduce((total, { calls }) => total + 2 * calls, 0)} limits`,
    goal: { atMost: 0 },
    beside: {
      ...Object.fromEntries(
        chains.map((name) => {
          const own = rows.filter(({ chain }) => chain === name);
          const low = own.reduce((t, { tooLow: { static: a = 0, simulation: b = 0 } }) => t + a + b, 0);
          return [name, low];
        }),
      ),
      "historical, of which its quantile allows 1 in 100": sum("historical"),
    },
  };
  const detail = rows.flatMap((row) =>
    Object.entries(row.ratios).map(([method, values]): Figure => {
      const beside = { median: quantile(values, 0.5), "too low": row.tooLow[method] ?? 0 };
      const unit = isRated(row) ? "p99" : "p99, without a goal";
      return { figure: `${row.chain}: ${row.action} ${method}`, value: quantile(values, 0.99), unit, beside };
    }),
  );
  return [...totals, tooLow, ...detail];
}

async function measureChain(chain: GasChain, extent: Extent): Promise<Row[]> {
  const random = new Random(SEED);
  const calls = new GasCalls(chain, random);
  const rows: Row[] = [];
  for (const [action, make] of Object.entries(calls.makers)) {
    rows.push(await measureFunction(chain, random, action, make, extent));
  }
  for (const [action, make] of Object.entries(calls.onUsedState)) {
    rows.push(await measureFunction(chain, random, action + USED_STATE, make, extent));
  }
  await chain.close();
  return rows;
}

/** The available nodes, each with a fork; and the missing ones, with the reason. */
function nodesAtHand() {
  const anvil = findAnvil();
  const geth = findGeth();
  return {
    starts: [
      ...(anvil === undefined ? [] : FORKS).map((fork) => ({
        name: `anvil ${fork}`,
        start: () => startAnvil({ extra: ["--hardfork", fork] }),
      })),
      ...(geth === undefined ? [] : [{ name: "geth --dev", start: () => startGeth({ period: 0 }) }]),
    ],
    left: {
      ...(anvil === undefined && { anvil: "left out: neither among the packages nor on PATH" }),
      ...(geth === undefined && { "geth --dev": "left out: neither in .geth nor on PATH" }),
    },
  };
}

export async function measure(): Promise<Measurement> {
  const { starts, left } = nodesAtHand();
  const rows = await measureChain(await startGasChain(), {
    calls: CALLS,
    learned: LEARNED,
    methods: MEASURED,
  });
  for (const { name, start } of starts) {
    const chain = await startGasChainOn(await start(), name);
    rows.push(...(await measureChain(chain, { calls: CALLS_ON_NODES, learned: 0, methods: ON_NODES })));
  }
  return {
    conditions: {
      calls: `in process: ${CALLS} a function, after ${LEARNED} from which the historical method learned; on other nodes ${CALLS_ON_NODES}; seed ${SEED}`,
      solc: hre.config.solidity.profiles.default?.compilers[0]?.version ?? "unknown",
      chains: [...new Set(rows.map(({ chain }) => chain))].join(", "),
      ...left,
    },
    figures: figuresOf(rows, { simulation: 1.15, static: 1.1, historical: 1.25 }),
  };
}
