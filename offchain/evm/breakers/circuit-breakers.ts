import type { Logger } from "../../logger.ts";
import type { AnchorTransactions } from "../../store/repositories/anchor-transactions.ts";
import { EvmError } from "../errors.ts";
import { BreakerFile } from "./breaker-file.ts";
import { type BreakerReport, CircuitBreaker } from "./circuit-breaker.ts";
import { spentSince } from "./spent-gas.ts";

/** What may be spent; see the settings of the same meaning. */
export interface SpendingLimits {
  readonly gasPerCall: bigint;
  /** wei a unit of gas */
  readonly feeCap: bigint;
  /** wei */
  readonly weiPerHour: bigint;
  /** Requests that failed in a row, at every endpoint. */
  readonly rpcFailures: number;
  readonly breakerCooldownMs: number;
}

export interface CircuitBreakersModules {
  readonly transactions: AnchorTransactions;
  readonly logger: Logger;
  /** Where the breakers' state is kept; undefined for a chain that ends with this process. */
  readonly stateFile: string | undefined;
}

/** What is about to be signed. */
export interface Spending {
  readonly chainId: number;
  readonly gasLimit: bigint;
  readonly feeCap: bigint;
  /** The most that it may cost beyond what is reserved already, in wei. */
  readonly cost: bigint;
}

const HOUR_MS = 3_600_000;

/** The four breakers that stand between an estimate and a signature. */
export class CircuitBreakers {
  readonly #gas: CircuitBreaker;
  readonly #fee: CircuitBreaker;
  readonly #budget: CircuitBreaker;
  readonly #rpc: CircuitBreaker;
  readonly #transactions: AnchorTransactions;

  /** @throws {EvmError} BREAKER_STATE_CORRUPT */
  constructor(limits: SpendingLimits, { transactions, logger, stateFile }: CircuitBreakersModules) {
    const modules = { file: new BreakerFile(stateFile), logger };
    const cooldownMs = limits.breakerCooldownMs;
    this.#transactions = transactions;
    this.#gas = new CircuitBreaker(
      { name: "gas", limit: limits.gasPerCall, unit: "gas", setting: "LUCID_MAX_GAS_PER_CALL", cooldownMs },
      modules,
    );
    this.#fee = new CircuitBreaker(
      { name: "fee", limit: limits.feeCap, unit: "wei", setting: "LUCID_MAX_FEE_GWEI", cooldownMs },
      modules,
    );
    this.#budget = new CircuitBreaker(
      {
        name: "budget",
        limit: limits.weiPerHour,
        unit: "wei",
        setting: "LUCID_MAX_WEI_PER_HOUR",
        cooldownMs,
      },
      modules,
    );
    const failures = limits.rpcFailures;
    this.#rpc = new CircuitBreaker(
      {
        name: "rpc",
        limit: BigInt(failures),
        unit: "failures",
        setting: "LUCID_MAX_RPC_FAILURES",
        cooldownMs,
      },
      modules,
      failures,
    );
  }

  /**
   * Asks all limits before a signature; nothing is sent that one of them refuses.
   *
   * @throws {EvmError} BREAKER_TRIPPED, BREAKER_OPEN
   */
  async admit({ chainId, gasLimit, feeCap, cost }: Spending): Promise<void> {
    await this.#gas.admit(gasLimit);
    await this.#fee.admit(feeCap);
    const spent = await spentSince(this.#transactions, chainId, Date.now() - HOUR_MS);
    await this.#budget.admit(spent + cost);
  }

  /**
   * Asks an endpoint, unless too many requests have failed in a row.
   *
   * @throws {EvmError} BREAKER_OPEN; else what `request` threw
   */
  async ask<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    const isSilence = (error: unknown) => error instanceof EvmError && error.code === "RPC_UNREACHABLE";
    return await this.#rpc.count(request, isSilence);
  }

  get reports(): readonly BreakerReport[] {
    return [this.#gas, this.#fee, this.#budget, this.#rpc].map(({ report }) => report);
  }
}
