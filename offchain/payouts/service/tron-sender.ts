import { payoutRefusal } from "../contracts/payout-refusal.ts";
import type { TransactionInfo } from "../tron/answers.ts";
import type { PayoutClock } from "../tron/clock.ts";
import { TronError } from "../tron/errors.ts";
import type { TronFees } from "../tron/fees.ts";
import type { SignedTransaction } from "../tron/signed-transaction.ts";
import { addressOfKey, type TronCall, type TronClient, type TronDeployment } from "../tron-client.ts";
import { Broadcaster } from "./broadcaster.ts";
import { FeeGuard } from "./fee-guard.ts";
import { failureOf } from "./row-outcomes.ts";

export interface TronSenderOptions {
  /** Who sends, hex. */
  readonly key: string;
  /** The highest fee limit of one transaction, in sun. */
  readonly maxFee: bigint;
  /** @default 3,000 */
  readonly pollMs?: number;
}

export interface TronSenderModules {
  readonly tron: TronClient;
  readonly clock: PayoutClock;
  readonly signal?: AbortSignal;
}

/** A call with what it is for, e.g. `Revoking T…`. */
export interface PurposefulCall extends TronCall {
  readonly purpose: string;
}

/** A transaction that was sent. */
export interface SentTransaction extends SignedTransaction {
  readonly purpose: string;
}

const POLL_MS = 3_000;
/** What a node charges for a byte of a new contract's code, and for what its constructor writes. */
const ENERGY_PER_BYTE = 200n;
const CONSTRUCTOR_ENERGY = 400_000n;

/** Sends transactions that move no payout, and waits until they are solidified. */
export class TronSender {
  /** base58check */
  readonly address: string;
  readonly #key: string;
  readonly #pollMs: number;
  readonly #tron: TronClient;
  readonly #clock: PayoutClock;
  readonly #signal: AbortSignal | undefined;
  readonly #fees: FeeGuard;
  readonly #broadcaster: Broadcaster;

  constructor(
    { key, maxFee, pollMs = POLL_MS }: TronSenderOptions,
    { tron, clock, signal }: TronSenderModules,
  ) {
    this.address = addressOfKey(key);
    this.#key = key;
    this.#pollMs = pollMs;
    this.#tron = tron;
    this.#clock = clock;
    this.#signal = signal;
    this.#fees = new FeeGuard(this.address, maxFee, tron);
    this.#broadcaster = new Broadcaster(tron, clock);
  }

  /**
   * What a call would cost.
   *
   * @throws {PayoutServiceError} PAYOUT_FEE_CEILING, PAYOUT_FEES_SHORT
   * @throws {TronError} TRON_CALL_REVERTED
   */
  async feesOf(call: TronCall): Promise<TronFees> {
    return await this.#fees.feesOf({ ...call, from: this.address }, 0n);
  }

  /** The most that a deployment can cost: it is not simulated. */
  async feesOfDeployment({ code }: TronDeployment): Promise<TronFees> {
    const bytes = BigInt(code.length / 2);
    return await this.#fees.feesOfEnergy(bytes * ENERGY_PER_BYTE + CONSTRUCTOR_ENERGY, 0n, Number(bytes) * 2);
  }

  /** Sends a call. @throws as {@link feesOf}; TRON_TRANSACTION_REFUSED, TRON_NODE_WITHOUT_PEERS */
  async send(call: PurposefulCall): Promise<SentTransaction> {
    this.#signal?.throwIfAborted();
    const { feeLimit } = await this.feesOf(call);
    const signed = await this.#tron.signCall({ ...call, from: this.address }, feeLimit, this.#key);
    await this.#broadcaster.send(signed);
    return { ...signed, purpose: call.purpose };
  }

  /** Signs a deployment, which the caller saves before it sends it. */
  async signDeployment(deployment: TronDeployment): Promise<SentTransaction & { readonly contract: string }> {
    const { feeLimit } = await this.feesOfDeployment(deployment);
    const signed = await this.#tron.signDeployment(deployment, feeLimit, this.#key);
    return { ...signed, purpose: `Deploying ${deployment.name}` };
  }

  /** Sends calls one after the other, and waits for all of them. */
  async sendAll(calls: readonly PurposefulCall[]): Promise<TransactionInfo[]> {
    const sent: SentTransaction[] = [];
    for (const call of calls) sent.push(await this.send(call));
    const infos: TransactionInfo[] = [];
    for (const transaction of sent) infos.push(await this.awaitSuccess(transaction));
    return infos;
  }

  /**
   * Waits until a transaction is solidified, and sends it again meanwhile.
   *
   * @throws {TronError} TRON_TRANSACTION_FAILED, TRON_TRANSACTION_EXPIRED
   */
  async awaitSuccess(transaction: SentTransaction): Promise<TransactionInfo> {
    const { txid, purpose, expiresAt } = transaction;
    for (;;) {
      const fate = await this.#tron.fate(txid, expiresAt);
      if (fate.kind === "dead") throw new TronError({ code: "TRON_TRANSACTION_EXPIRED", txid, purpose });
      if (fate.kind === "solidified") return requireSuccess(fate.info, purpose);
      if (this.#broadcaster.isDue(txid)) await this.#broadcaster.send(transaction);
      await this.#clock.sleepUntil(this.#clock.now() + this.#pollMs, this.#signal);
    }
  }
}

/** @throws {TronError} TRON_TRANSACTION_FAILED */
function requireSuccess(info: TransactionInfo, purpose: string): TransactionInfo {
  if (info.result === "SUCCESS") return info;
  const { error } = failureOf(info);
  const remedy = info.result === "REVERT" ? payoutRefusal(info.returned).remedy : "Its fee limit was burned.";
  const { txid, result } = info;
  throw new TronError({ code: "TRON_TRANSACTION_FAILED", txid, purpose, result, error, remedy });
}
