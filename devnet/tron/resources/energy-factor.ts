import type { ChainParameters } from "../chain-parameters.ts";
import type { ContractUsage } from "../state/world.ts";

const WHOLE = 10_000;
/** A factor falls at a quarter of the pace at which it rises. */
const DECREASE_DIVISION = 4;

export const NO_USAGE: ContractUsage = { energyUsage: 0, energyFactor: 0, updateCycle: 0 };

/**
 * A contract's use and energy factor as of a maintenance cycle: the factor rises when the cycle that was last counted
 * went over the threshold, and falls with each one that did not. What it used before the first cycle is forgotten.
 */
export function caughtUp(usage: ContractUsage, cycle: number, parameters: ChainParameters): ContractUsage {
  if (usage.updateCycle >= cycle) return usage;
  if (usage.updateCycle === 0) return { ...NO_USAGE, updateCycle: cycle };
  const { dynamicEnergyThreshold, dynamicEnergyIncrease, dynamicEnergyMax } = parameters;
  const increase = dynamicEnergyIncrease / WHOLE;
  const isOver = usage.energyUsage >= dynamicEnergyThreshold;
  const raised = isOver
    ? Math.floor((usage.energyFactor + WHOLE) * (1 + increase)) - WHOLE
    : usage.energyFactor;
  const quietCycles = cycle - usage.updateCycle - (isOver ? 1 : 0);
  const fall = (1 - increase / DECREASE_DIVISION) ** quietCycles;
  const fallen = Math.max(0, Math.floor((Math.min(raised, dynamicEnergyMax) + WHOLE) * fall) - WHOLE);
  return { energyUsage: 0, energyFactor: fallen, updateCycle: cycle };
}
