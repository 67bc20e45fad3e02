import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import { MAX_SESSIONS_PER_BATCH } from "../contracts/lucid-anchors/client.ts";
import type { ChainProvider } from "../evm/chain-provider.ts";
import { type DayPrices, readDayPrices } from "../evm/gas/day-prices.ts";
import type { EstimateRequest } from "../evm/gas/gas-estimate.ts";
import type { GasEstimator } from "../evm/gas/gas-estimator.ts";
import type { Session } from "../sessions/session.ts";
import { sessionTree } from "../sessions/session-tree.ts";
import type { AnchorMode } from "./anchor.ts";

/** What it takes to anchor the same sessions in one way. */
export interface AnchoringOption {
  readonly mode: AnchorMode;
  readonly transactions: number;
  readonly gas: bigint;
  /** wei, at the price of now and at those of the last day. */
  readonly cost: Readonly<Record<"now" | "low" | "median" | "high", bigint>>;
}

export interface AnchoringPlan {
  readonly sessions: number;
  readonly prices: DayPrices;
  /** Cheapest first. */
  readonly options: readonly AnchoringOption[];
  readonly cheapest: AnchorMode;
  /** Whether gas costs more than the last day's median, so that waiting may pay. */
  readonly isDear: boolean;
}

export interface PlanModules {
  readonly anchors: LucidAnchorsClient;
  readonly estimator: GasEstimator;
  readonly provider: ChainProvider;
}

/**
 * Compares one by one, batch and tree for some sessions, at today's fees and at those of the last day. Sends nothing.
 *
 * The cheapest is not always the best: a session of a tree has no slot of its own until it is promoted, and its
 * chunks are recorded only then.
 *
 * @param sessions at least one
 * @param from who would send
 */
export async function planAnchoring(
  sessions: readonly Session[],
  from: string,
  { anchors, estimator, provider }: PlanModules,
): Promise<AnchoringPlan> {
  const prices = await readDayPrices(provider);
  const gasOf = async (calls: readonly Omit<EstimateRequest, "from">[]) => {
    let gas = 0n;
    for (const call of calls) gas += (await estimator.estimate("static", { ...call, from })).gasExpected;
    return gas;
  };
  const batches = Array.from({ length: Math.ceil(sessions.length / MAX_SESSIONS_PER_BATCH) }, (_, i) =>
    sessions.slice(i * MAX_SESSIONS_PER_BATCH, (i + 1) * MAX_SESSIONS_PER_BATCH),
  );
  const calls = {
    single: sessions.map((session) => anchors.describeSession(session)),
    batch: batches.map((batch) => anchors.describeSessions(batch)),
    tree: [anchors.describeTree(sessionTree(sessions).root, sessions.length)],
  };
  const options: AnchoringOption[] = [];
  for (const mode of ["single", "batch", "tree"] as const) {
    const gas = await gasOf(calls[mode]);
    const { now, low, median, high } = prices;
    const cost = { now: gas * now, low: gas * low, median: gas * median, high: gas * high };
    options.push({ mode, transactions: calls[mode].length, gas, cost });
  }
  options.sort((a, b) => (a.gas < b.gas ? -1 : 1));
  const [cheapest] = options as [AnchoringOption];
  const isDear = prices.now > prices.median;
  return { sessions: sessions.length, prices, options, cheapest: cheapest.mode, isDear };
}
