import { type LucidAnchorsClient, MAX_SESSIONS_PER_BATCH } from "../contracts/lucid-anchors/client.ts";
import type { ChainProvider } from "../evm/chain-provider.ts";
import { type DayPrices, readDayPrices } from "../evm/gas/day-prices.ts";
import type { EstimateRequest, GasNeed } from "../evm/gas/gas-estimate.ts";
import type { GasEstimator } from "../evm/gas/gas-estimator.ts";
import { inGroups } from "../in-groups.ts";
import type { Session } from "../sessions/session.ts";
import { sessionTree } from "../sessions/session-tree.ts";
import type { AnchorMode } from "./anchor.ts";
import { roomFor } from "./room-for.ts";

/** wei, at the current price and at those of the last day. */
export type Costs = Readonly<Record<"now" | "low" | "median" | "high", bigint>>;

/** The cost of anchoring the same sessions in one way. */
export interface AnchoringOption {
  readonly mode: AnchorMode;
  readonly transactions: number;
  readonly gas: bigint;
  readonly cost: Costs;
  /** The share of one session. */
  readonly perSession: { readonly gas: bigint; readonly cost: Costs };
}

export interface AnchoringPlan {
  readonly sessions: number;
  readonly prices: DayPrices;
  /** Cheapest first. */
  readonly options: readonly AnchoringOption[];
  readonly cheapest: AnchorMode;
  /** Whether gas costs more than the last day's median, so that waiting may pay. */
  readonly isAboveMedian: boolean;
}

export interface PlanModules {
  readonly anchors: LucidAnchorsClient;
  readonly estimator: GasEstimator;
  readonly provider: ChainProvider;
}

type Call = Omit<EstimateRequest, "from">;

/**
 * Compares one by one, batch and tree for some sessions, at the current fees and at those of the last day, with gas as
 * measured on this chain and batches as large as it allows. Sends nothing.
 *
 * The cheapest is not always the best: a session of a tree has no slot of its own until it is promoted, and its
 * chunks are recorded only then.
 *
 * @param sessions at least one
 * @param from the account that would send
 * @throws {EvmError} ESTIMATE_UNAVAILABLE
 */
export async function planAnchoring(
  sessions: readonly Session[],
  from: string,
  { anchors, estimator, provider }: PlanModules,
): Promise<AnchoringPlan> {
  const estimate = (call: Call): Promise<GasNeed> => estimator.need("static", { ...call, from });
  const [prices, bounds] = await Promise.all([readDayPrices(provider), anchors.bounds()]);
  const room = await roomFor(sessions, {
    mostItems: MAX_SESSIONS_PER_BATCH,
    bounds,
    gasLimitOf: async (batch) => (await estimate(anchors.describeSessions(batch))).gasLimit,
  });
  const calls: Readonly<Record<AnchorMode, readonly Call[]>> = {
    single: sessions.map((session) => anchors.describeSession(session)),
    batch: inGroups(sessions, room).map((batch) => anchors.describeSessions(batch)),
    tree: [anchors.describeTree(sessionTree(sessions).root, sessions.length)],
  };
  const options: AnchoringOption[] = [];
  for (const mode of ["single", "batch", "tree"] as const) {
    let gas = 0n;
    for (const call of calls[mode]) gas += (await estimate(call)).gasExpected;
    const share = gas / BigInt(sessions.length);
    options.push({
      mode,
      transactions: calls[mode].length,
      gas,
      cost: costsOf(gas, prices),
      perSession: { gas: share, cost: costsOf(share, prices) },
    });
  }
  options.sort((a, b) => (a.gas < b.gas ? -1 : 1));
  const [cheapest] = options as [AnchoringOption];
  const isAboveMedian = prices.now > prices.median;
  return { sessions: sessions.length, prices, options, cheapest: cheapest.mode, isAboveMedian };
}

function costsOf(gas: bigint, { now, low, median, high }: DayPrices): Costs {
  return { now: gas * now, low: gas * low, median: gas * median, high: gas * high };
}
