import { Transaction, type Wallet } from "ethers";
import type { LucidError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import type { AnchorTransactionDocument, NewAnchorTransaction } from "../../store/documents.ts";
import { type AnchorTransactions, UNFINISHED } from "../../store/repositories/anchor-transactions.ts";
import type { CircuitBreakers } from "../breakers/circuit-breakers.ts";
import type { ChainProvider } from "../chain-provider.ts";
import { EvmError } from "../errors.ts";
import { type Fees, feeFields, feesOf, readFees } from "../gas/fees.ts";
import { isAlreadyTaken, isNonceHeld, isRefusal, isUnderpriced, typedFailure } from "../node-errors.ts";
import { bumpFees, feeCeiling } from "./bump-fees.ts";
import type { CallCodec } from "./call-codec.ts";
import { explainRevert } from "./explain-revert.ts";
import type { Inclusion } from "./monitor-decision.ts";
import { moveTo } from "./record-progress.ts";

export interface TransactionWriterModules {
  readonly provider: ChainProvider;
  readonly transactions: AnchorTransactions;
  readonly breakers: CircuitBreakers;
  readonly logger: Logger;
  readonly codec: CallCodec;
}

/** What is to be signed: a call with its nonce, gas limit and price. */
export interface Unsigned {
  readonly nonce: number;
  readonly to: string;
  readonly data: string;
  readonly gasLimit: bigint;
  readonly fees: Fees;
  readonly purpose: NewAnchorTransaction["purpose"];
  readonly references: readonly string[];
  readonly replaces?: string;
}

/** Signs, saves and broadcasts, in this order: bytes that a node has seen are always in the store. */
export class TransactionWriter {
  readonly #modules: TransactionWriterModules;
  /** Who may be signed for again when a fee is to be raised; keys live in memory and nowhere else. */
  readonly #signers = new Map<string, Wallet>();

  constructor(modules: TransactionWriterModules) {
    this.#modules = modules;
  }

  /** Lets fees of this account's transactions be raised. */
  remember(signer: Wallet): void {
    this.#signers.set(signer.address.toLowerCase(), signer);
  }

  /**
   * Sends the newest bytes again that were not given up; whether they were taken shows in the next look at the chain.
   * Where a node calls them underpriced, or the base fee has outgrown their cap, more is offered.
   *
   * @returns The new attempt, where one had to be made.
   */
  async resend(
    attempts: readonly AnchorTransactionDocument[],
  ): Promise<AnchorTransactionDocument | undefined> {
    const inFlight = await this.#inFlight(attempts);
    const newest = inFlight.at(-1);
    if (newest === undefined) return undefined;
    const { _id: txid, raw_signed, purpose } = newest;
    try {
      await this.#modules.provider.broadcastTransaction(raw_signed);
    } catch (error) {
      if (isAlreadyTaken(error)) return undefined;
      const { message: reason } = typedFailure(error, { action: purpose }, this.#modules.codec);
      this.#modules.logger.warn({ txid, reason }, "not taken when sent again");
      if (isUnderpriced(error) || (isRefusal(error) && (await this.#isBelowBaseFee(raw_signed)))) {
        return await this.bump(inFlight);
      }
    }
    return undefined;
  }

  /**
   * The attempts that are still to be sent, as the store has them now. One that was dropped may be another call,
   * whose sender was told that it was not sent.
   */
  async #inFlight(attempts: readonly AnchorTransactionDocument[]): Promise<AnchorTransactionDocument[]> {
    const { transactions } = this.#modules;
    const stored = await Promise.all(attempts.map(({ _id }) => transactions.get(_id)));
    return stored.filter(
      (one) => one !== undefined && UNFINISHED.includes(one.status),
    ) as AnchorTransactionDocument[];
  }

  async #isBelowBaseFee(rawSigned: string): Promise<boolean> {
    const { feeCap } = feesOf(Transaction.from(rawSigned));
    return feeCap < (await readFees(this.#modules.provider)).baseFee;
  }

  /** The same call, at a price that nodes take as a replacement. */
  async bump(attempts: readonly AnchorTransactionDocument[]): Promise<AnchorTransactionDocument | undefined> {
    const inFlight = await this.#inFlight(attempts);
    const newest = inFlight.at(-1);
    if (newest?.to_addr === undefined) return undefined;
    const { to_addr: to, purpose, raw_signed, refs: references } = newest;
    const { data, gasLimit } = Transaction.from(raw_signed);
    return await this.raise(inFlight, { to, data, gasLimit, purpose, references });
  }

  /** Why a mined transaction reverted: the custom error, decoded. */
  explain({ raw_signed, purpose }: AnchorTransactionDocument, inclusion: Inclusion): Promise<LucidError> {
    return explainRevert(this.#modules.provider, raw_signed, purpose, inclusion, this.#modules.codec);
  }

  /**
   * Saves and sends another attempt with the nonce of the last one, for more.
   *
   * @returns Undefined where nobody can sign, or where it would go above the ceiling.
   * @throws {EvmError} BREAKER_TRIPPED, BREAKER_OPEN, FUNDS_MISSING, RPC_FAILED
   */
  async raise(
    attempts: readonly AnchorTransactionDocument[],
    change: Pick<Unsigned, "to" | "data" | "gasLimit" | "purpose" | "references">,
  ): Promise<AnchorTransactionDocument | undefined> {
    const replaced = attempts.at(-1) as AnchorTransactionDocument;
    const { from_addr, nonce, _id: replaces } = replaced;
    const signer = this.#signers.get(from_addr);
    if (signer === undefined) {
      this.#modules.logger.info({ txid: replaces, nonce }, "no bump without the key");
      return undefined;
    }
    const previous = Transaction.from(replaced.raw_signed);
    const suggested = await readFees(this.#modules.provider);
    const fees = bumpFees(feesOf(previous), suggested);
    if (fees === undefined) {
      const ceiling = String(feeCeiling(suggested));
      this.#modules.logger.warn({ txid: replaces, nonce, ceiling }, "no bump above the ceiling");
      return undefined;
    }
    const reserved = previous.gasLimit * feesOf(previous).feeCap;
    const cost = change.gasLimit * fees.feeCap - reserved;
    await this.#modules.breakers.admit({
      chainId: Number(previous.chainId),
      gasLimit: change.gasLimit,
      feeCap: fees.feeCap,
      cost: cost > 0n ? cost : 0n,
    });
    const saved = await this.sign(signer, { ...change, nonce, fees, replaces });
    this.#modules.logger.info(
      { txid: saved._id, replaces, nonce, feeCap: String(fees.feeCap) },
      "fee raised",
    );
    await this.broadcast(saved, change.purpose);
    return saved;
  }

  /** Signs and saves; from here on the nonce belongs to these bytes. */
  async sign(signer: Wallet, unsigned: Unsigned): Promise<AnchorTransactionDocument> {
    const { nonce, to, data, gasLimit, fees, purpose, references, replaces } = unsigned;
    const chainId = Number((await this.#modules.provider.getNetwork()).chainId);
    const raw = await signer.signTransaction({ chainId, nonce, to, data, gasLimit, ...feeFields(fees) });
    const txid = Transaction.from(raw).hash as string;
    const { transactions } = this.#modules;
    const { existing } = await transactions.insert({
      _id: txid,
      chain_id: chainId,
      from_addr: signer.address.toLowerCase(),
      nonce,
      to_addr: to.toLowerCase(),
      purpose,
      refs: references,
      raw_signed: raw,
      status: "signed",
      ...(replaces !== undefined && { replaces }),
    });
    // Where prices stand still, the same call with the same nonce has the same bytes.
    if (existing > 0) await transactions.signAgain(txid);
    return (await transactions.get(txid)) as AnchorTransactionDocument;
  }

  /**
   * Sends saved bytes. Silence, and an error that may be a gateway's, leave them to the monitor, which sends them
   * again; only a node that says what it refuses makes the nonce free.
   *
   * @throws {EvmError} NONCE_CONTESTED, FUNDS_MISSING, RPC_FAILED
   */
  async broadcast(
    { _id: txid, raw_signed, nonce, from_addr }: AnchorTransactionDocument,
    action: string,
  ): Promise<void> {
    const { transactions, logger } = this.#modules;
    try {
      await this.#modules.provider.broadcastTransaction(raw_signed);
    } catch (error) {
      if (!isAlreadyTaken(error)) {
        const failure = typedFailure(error, { action, account: from_addr }, this.#modules.codec);
        if (!isRefusal(error)) {
          logger.warn({ txid, reason: failure.message }, "broadcast without an answer");
          return;
        }
        await moveTo(transactions, txid, "dropped", { error: failure.message });
        if (isNonceHeld(error)) {
          throw new EvmError(
            { code: "NONCE_CONTESTED", account: from_addr, nonce, action },
            { cause: error },
          );
        }
        throw failure;
      }
    }
    await moveTo(transactions, txid, "broadcast");
  }
}
