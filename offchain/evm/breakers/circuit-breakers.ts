import { setTimeout as sleep } from "node:timers/promises";
import { id } from "ethers";
import type { Logger } from "../../logger.ts";
import type { AnchorTransactionDocument } from "../../store/documents.ts";
import type { AnchorTransactions } from "../../store/repositories/anchor-transactions.ts";
import { EvmError } from "../errors.ts";
import { BreakerFile } from "./breaker-file.ts";
import { type BreakerReport, CircuitBreaker } from "./circuit-breaker.ts";
import { spentSince } from "./spent-gas.ts";

/** What may be spent; see the settings of the same meaning. */
export interface SpendingLimits {
  readonly gasPerCall: bigint;
  /** wei per unit of gas */
  readonly feeCap: bigint;
  /** wei */
  readonly weiPerHour: bigint;
  /** Consecutive requests that failed at every endpoint. */
  readonly rpcFailures: number;
  readonly breakerCooldownMs: number;
}

export interface CircuitBreakersModules {
  readonly transactions: AnchorTransactions;
  readonly logger: Logger;
  /** Where the breakers' state is kept; undefined for a chain that ends with this process. */
  readonly stateFile: string | undefined;
  /** Names of the endpoints in use: each set has its own rpc breaker. @default none */
  readonly endpoints?: readonly string[];
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What is about to be signed. */
export interface Spending {
  readonly chainId: number;
  readonly gasLimit: bigint;
  readonly feeCap: bigint;
  /** Its maximum cost beyond what is already reserved, in wei. */
  readonly cost: bigint;
}

const HOUR_MS = 3_600_000;
/** How long a reservation waits for a later one to give way, and how often it checks: half a second. */
const LOOK_MS = 50;
const MAX_LOOKS = 10;
const KEY_DIGITS = 16;

/** The four breakers between an estimate and a signature. */
export class CircuitBreakers {
  readonly #gas: CircuitBreaker;
  readonly #fee: CircuitBreaker;
  readonly #budget: CircuitBreaker;
  readonly #rpc: CircuitBreaker;
  readonly #transactions: AnchorTransactions;
  readonly #weiPerHour: bigint;
  readonly #now: () => number;

  /** @throws {EvmError} BREAKER_STATE_CORRUPT */
  constructor(
    limits: SpendingLimits,
    { transactions, logger, stateFile, endpoints = [], now }: CircuitBreakersModules,
  ) {
    const modules = { file: new BreakerFile(stateFile, logger), logger, now };
    const cooldownMs = limits.breakerCooldownMs;
    this.#transactions = transactions;
    this.#weiPerHour = limits.weiPerHour;
    this.#now = now;
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
        key: rpcKey(endpoints),
        limit: BigInt(failures),
        unit: "failures",
        setting: "LUCID_MAX_RPC_FAILURES",
        cooldownMs,
        failuresToOpen: failures,
        // An operator who runs a command again has a reason: the node may have been started since.
        probesFirst: true,
      },
      modules,
    );
  }

  /**
   * Checks all limits before a signature; what one of them refuses is not sent.
   *
   * @throws {EvmError} BREAKER_TRIPPED, BREAKER_OPEN
   */
  async admit({ chainId, gasLimit, feeCap, cost }: Spending): Promise<void> {
    await this.#gas.admit(gasLimit);
    await this.#fee.admit(feeCap);
    await this.#budget.admit((await this.#spent(chainId)) + cost);
  }

  /**
   * Checks the budget again once an attempt is saved: another process may have saved one since it was admitted. Each
   * sees what the other saved first, so together they never exceed the budget; the later one gives way, and the
   * earlier waits for that.
   *
   * @throws {EvmError} BREAKER_TRIPPED, BREAKER_OPEN; the attempt must not be sent then
   */
  async confirm(saved: AnchorTransactionDocument): Promise<void> {
    for (let look = 1; ; look++) {
      const spent = await this.#spent(saved.chain_id);
      if (spent <= this.#weiPerHour) return;
      const isLast = look === MAX_LOOKS || (await this.#spent(saved.chain_id, saved)) > this.#weiPerHour;
      if (isLast) return await this.#budget.admit(spent);
      await sleep(LOOK_MS);
    }
  }

  #spent(chainId: number, upTo?: AnchorTransactionDocument): Promise<bigint> {
    const since = this.#now() - HOUR_MS;
    return spentSince(this.#transactions, { chainId, since, ...(upTo && { upTo }) });
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

/** Not the names themselves: they may be a company's own. */
function rpcKey(endpoints: readonly string[]): string {
  if (endpoints.length === 0) return "rpc";
  return `rpc ${id([...endpoints].sort().join(" ")).slice(2, 2 + KEY_DIGITS)}`;
}
