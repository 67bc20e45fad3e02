import type { AnchoringOption, AnchoringPlan } from "../../offchain/anchoring/plan-anchoring.ts";
import { amount, gwei } from "../amounts.ts";
import type { Terminal } from "../run-task.ts";

/** Prints a plan for people, and returns it for machines. */
export function printPlan(
  terminal: Pick<Terminal, "line" | "table">,
  plan: AnchoringPlan,
  maxWaitSeconds: number,
) {
  const { sessions, prices, options, cheapest, isAboveMedian } = plan;
  const { now, low, median, high, blocks } = prices;
  terminal.line(`${sessions} session(s) to anchor. A unit of gas costs ${gwei(now)} gwei now;`);
  terminal.line(
    `in the last day (${blocks} blocks) ${gwei(low)} (10 %), ${gwei(median)} (50 %), ${gwei(high)} (90 %).`,
  );
  terminal.line();
  terminal.table(
    options.map(({ mode, transactions, gas, cost, perSession }) => ({
      mode,
      transactions,
      gas: Number(gas),
      "cost now": amount(cost.now),
      "gas each": Number(perSession.gas),
      "cost each": amount(perSession.cost.now),
    })),
  );
  terminal.line();
  terminal.line("What each session costs at the prices of the last day:");
  terminal.table(options.map(atTheDaysPrices));
  terminal.line();
  terminal.line(`Cheapest: ${cheapest}. 1 ether is 10^18 wei of the chain's own currency.`);
  if (cheapest === "tree") for (const line of TREE_CAVEAT) terminal.line(line);
  const waits = isAboveMedian && maxWaitSeconds > 0;
  terminal.line(
    waits
      ? `Gas costs more than usual: --max-wait ${maxWaitSeconds} would wait, ${maxWaitSeconds} s at most.`
      : "It would not wait.",
  );
  return {
    sessions,
    cheapest,
    waitsSeconds: waits ? maxWaitSeconds : 0,
    prices: { now, low, median, high },
    options,
  };
}

const atTheDaysPrices = ({ mode, perSession: { cost } }: AnchoringOption) => ({
  mode,
  "10 %": amount(cost.low),
  "50 %": amount(cost.median),
  "90 %": amount(cost.high),
});

const TREE_CAVEAT = [
  "Sessions of a tree only get their own slot when they are promoted,",
  "and their chunks can only be recorded after that.",
];
