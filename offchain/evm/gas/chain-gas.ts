import { LucidError } from "../../errors.ts";
import type { ChainProvider } from "../chain-provider.ts";
import { EvmError } from "../errors.ts";
import { coveringFit } from "./covering-fit.ts";
import type { ExecutionGas, ExecutionGasSnapshot } from "./gas-estimate.ts";
import { type CalldataFloor, intrinsicGas, readCalldataFloor } from "./intrinsic-gas.ts";
import { leastExecution } from "./least-execution.ts";
import { type FitSample, fitted } from "./linear-fit.ts";
import { readFork } from "./read-fork.ts";
import type { SampleCalls } from "./sample-call.ts";

export interface ChainGasModules {
  readonly provider: ChainProvider;
  /** Measured on one fork. */
  readonly snapshot: ExecutionGasSnapshot;
  readonly samples: SampleCalls;
}

/** On top of the measured execution: for content that no sample had, e.g. the order of a proof's hashes. */
export const EXECUTION_MARGIN = 0.02;

/** The committed measurement is used if samples on the chain need as much gas, within this share. */
const MIN_AGREEMENT = 0.95;

/**
 * What execution costs on the connected chain. The committed snapshot was measured on one fork; a few calls that are
 * simulated on the chain show whether it applies, and replace it if it does not. Kept in memory for as long as the chain
 * follows the same rules, which is checked each time.
 */
export class ChainGas {
  readonly #modules: ChainGasModules;
  #fork: string | undefined;
  #floor: Promise<CalldataFloor> | undefined;
  readonly #measured = new Map<string, Promise<ExecutionGas>>();

  constructor(modules: ChainGasModules) {
    this.#modules = modules;
  }

  /** The floor price of calldata, whatever a call does. */
  async floor(): Promise<CalldataFloor> {
    await this.#followFork();
    return await this.#readFloor();
  }

  /**
   * The execution gas of a method on this chain, and its calldata floor.
   *
   * @throws {EvmError} ESTIMATE_UNAVAILABLE where it was never measured, and where the node simulates no such calls
   */
  async measured(action: string): Promise<{ execution: ExecutionGas; floor: CalldataFloor }> {
    await this.#followFork();
    const floor = await this.#readFloor();
    const known = this.#measured.get(action);
    if (known !== undefined) return { execution: await known, floor };
    const measured = this.#measure(action, floor);
    this.#measured.set(action, measured);
    // What failed may succeed the next time.
    measured.catch(() => this.#measured.delete(action));
    return { execution: await measured, floor };
  }

  async #followFork(): Promise<void> {
    const fork = await readFork(this.#modules.provider);
    if (fork === this.#fork) return;
    this.#fork = fork;
    this.#floor = undefined;
    this.#measured.clear();
  }

  async #readFloor(): Promise<CalldataFloor> {
    this.#floor ??= readCalldataFloor(this.#modules.provider);
    try {
      return await this.#floor;
    } catch (error) {
      this.#floor = undefined;
      throw error;
    }
  }

  async #measure(action: string, floor: CalldataFloor): Promise<ExecutionGas> {
    const { provider, snapshot, samples } = this.#modules;
    const committed = snapshot[action];
    if (committed === undefined) throw unavailable(action, "the gas snapshot does not hold it");
    try {
      const calls = await samples(action, provider);
      if (calls === undefined) throw unavailable(action, "no call of it is known that can be simulated");
      const needed = await Promise.all(
        calls.map(async (call): Promise<FitSample> => {
          const { intrinsic, floor: least } = intrinsicGas(call.data, floor);
          const gas = await leastExecution(provider, call, BigInt(Math.max(intrinsic, least)));
          if (gas === undefined)
            throw unavailable(action, "the node simulates no call on a state that is given to it");
          return { items: call.items, gas: Number(gas) };
        }),
      );
      return needed.every((sample) => agrees(committed, sample)) ? committed : coveringFit(needed);
    } catch (error) {
      if (error instanceof LucidError) throw error;
      const reason = `the node does not simulate it: ${error instanceof Error ? error.message : error}`;
      throw unavailable(action, reason, error);
    }
  }
}

/** Enough for what a sample needs on this chain, and not much more. */
function agrees(committed: ExecutionGas, { items, gas }: FitSample): boolean {
  const predicted = fitted(committed, items);
  return gas <= predicted * (1 + EXECUTION_MARGIN) && gas >= predicted * MIN_AGREEMENT;
}

function unavailable(action: string, reason: string, cause?: unknown): EvmError {
  return new EvmError({ code: "ESTIMATE_UNAVAILABLE", method: "static", action, reason }, { cause });
}
