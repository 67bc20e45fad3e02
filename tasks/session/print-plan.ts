import { formatEther, formatUnits } from "ethers";
import type { AnchoringPlan } from "../../offchain/anchoring/plan-anchoring.ts";
import type { Terminal } from "../run-task.ts";

export const gwei = (wei: bigint) => formatUnits(wei, "gwei");

/** Prints a plan for people, and gives it for machines. */
export function printPlan(terminal: Terminal, plan: AnchoringPlan, maxWaitSeconds: number) {
  const { sessions, prices, options, cheapest, isDear } = plan;
  const { now, low, median, high, blocks } = prices;
  terminal.line(`${sessions} session(s) to anchor. A unit of gas costs ${gwei(now)} gwei now;`);
  terminal.line(
    `in the last day (${blocks} blocks) ${gwei(low)} (10 %), ${gwei(median)} (50 %), ${gwei(high)} (90 %).`,
  );
  terminal.line();
  terminal.table(
    options.map(({ mode, transactions, gas, cost }) => ({
      mode,
      transactions,
      gas: gas.toString(),
      now: formatEther(cost.now),
      "day's 10 %": formatEther(cost.low),
      "day's 50 %": formatEther(cost.median),
      "day's 90 %": formatEther(cost.high),
    })),
  );
  terminal.line("Costs are in the chain's own currency (10^18 wei).");
  terminal.line(`Cheapest: ${cheapest}.${cheapest === "tree" ? TREE_CAVEAT : ""}`);
  const waits = isDear && maxWaitSeconds > 0;
  terminal.line(
    waits
      ? `Gas is dear now: with --max-wait ${maxWaitSeconds} it would be waited for, ${maxWaitSeconds} s at most.`
      : "Nothing would be waited for.",
  );
  return {
    sessions,
    cheapest,
    waitsSeconds: waits ? maxWaitSeconds : 0,
    prices: { now, low, median, high },
    options,
  };
}

const TREE_CAVEAT =
  " Sessions of a tree get a slot of their own only when they are promoted, and their chunks after that.";
