import { Transaction, type Wallet } from "ethers";
import type { LucidError } from "../../errors.ts";
import type { AnchorTransactionDocument, NewAnchorTransaction } from "../../store/documents.ts";
import { UNFINISHED } from "../../store/repositories/anchor-transactions.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { CircuitBreakers } from "../breakers/circuit-breakers.ts";
import { EvmError } from "../errors.ts";
import { type Fees, feeFields, feesOf, readFees } from "../gas/fees.ts";
import { isNonceTaken, isOutbid, reasonOf } from "../node-errors.ts";
import type { NodeAnswer } from "../node-messages.ts";
import { bumpFees, type FeeFloor, floorAbove, floorStep } from "./bump-fees.ts";
import { cancellationOf } from "./cancellation.ts";
import { explainRevert } from "./explain-revert.ts";
import type { Inclusion } from "./monitor-decision.ts";
import { pooledTransaction } from "./pooled-transaction.ts";
import { moveTo } from "./record-progress.ts";
import { type Refusal, refusalError, type SendModules, sendSaved } from "./refusal.ts";

export interface TransactionWriterModules extends SendModules {
  readonly breakers: CircuitBreakers;
}

/** An unsigned transaction: a call with its nonce, gas limit and price. */
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

/** The content of a replacement: everything but nonce and price. */
export type Replacement = Pick<Unsigned, "to" | "data" | "gasLimit" | "purpose" | "references">;

/** Signs, saves and broadcasts, in this order: bytes that a node has seen are always in the store. */
export class TransactionWriter {
  readonly #modules: TransactionWriterModules;
  /** Wallets that can sign again when a fee is raised; keys are only in memory. */
  readonly #signers = new Map<string, Wallet>();

  constructor(modules: TransactionWriterModules) {
    this.#modules = modules;
  }

  /** Lets fees of this account's transactions be raised. */
  remember(signer: Wallet): void {
    this.#signers.set(signer.address.toLowerCase(), signer);
  }

  /**
   * Signs and saves; from here on the nonce belongs to these bytes.
   *
   * @throws {EvmError} BREAKER_TRIPPED, BREAKER_OPEN if other processes have used up the budget in the meantime
   */
  async sign(signer: Wallet, unsigned: Unsigned): Promise<AnchorTransactionDocument> {
    const { nonce, to, data, gasLimit, fees, purpose, references, replaces } = unsigned;
    const { transactions, breakers, provider } = this.#modules;
    const chainId = Number((await provider.getNetwork()).chainId);
    const raw = await signer.signTransaction({ chainId, nonce, to, data, gasLimit, ...feeFields(fees) });
    const txid = Transaction.from(raw).hash as string;
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
    // While prices do not change, the same call with the same nonce has the same bytes.
    if (existing > 0) await transactions.signAgain(txid);
    const saved = (await transactions.get(txid)) as AnchorTransactionDocument;
    try {
      await breakers.confirm(saved);
    } catch (error) {
      await this.#drop(saved, reasonOf(error));
      throw error;
    }
    return saved;
  }

  /**
   * Sends saved bytes. If no answer comes, the pool is full, or the error may be a gateway's, the monitor sends them
   * again; only a node that says what it refuses frees the nonce. If it asks for a higher price, a replacement is
   * offered.
   *
   * @returns Every attempt that was made, oldest first; the last one was broadcast.
   * @throws {EvmError} NONCE_CONTESTED, FUNDS_MISSING, FEE_CEILING, RPC_FAILED, BREAKER_TRIPPED, BREAKER_OPEN
   */
  async broadcast(
    saved: AnchorTransactionDocument,
    action: string,
  ): Promise<readonly AnchorTransactionDocument[]> {
    const refusal = await sendSaved(this.#modules, saved, action);
    if (refusal === undefined) return [saved];
    if (isOutbid(refusal.answer.meaning) && !isNonceTaken(refusal.answer.meaning)) {
      if (!(await this.#mayOfferMore(saved, refusal.answer))) {
        this.#modules.logger.warn(
          { txid: saved._id, reason: refusal.failure.message },
          "waits for room in the pool",
        );
        return [saved];
      }
      await this.#drop(saved, refusal.failure.message);
      const raised = await this.#offerMore([saved], replacementOf(saved), refusal);
      if (raised !== undefined) return [saved, raised];
    }
    await this.#drop(saved, refusal.failure.message);
    throw refusalError(saved, action, refusal);
  }

  /**
   * Sends the newest attempt that was not dropped again; the next snapshot shows whether a node accepted it. If the pool
   * asks for a higher price, or holds another transaction with the nonce, a replacement is offered.
   *
   * @returns The new attempt, where one had to be made.
   * @throws {EvmError} RPC_FAILED, FUNDS_MISSING and so on: the node's reason to refuse it
   */
  async resend(
    attempts: readonly AnchorTransactionDocument[],
  ): Promise<AnchorTransactionDocument | undefined> {
    const inFlight = await this.#inFlight(attempts);
    const newest = inFlight.at(-1);
    if (newest === undefined) return undefined;
    const refusal = await sendSaved(this.#modules, newest, newest.purpose);
    if (refusal === undefined) return undefined;
    if (isOutbid(refusal.answer.meaning) && (await this.#mayOfferMore(newest, refusal.answer))) {
      return await this.#offerMore(inFlight, replacementOf(newest), refusal);
    }
    throw refusal.failure;
  }

  /** The same call, at a price that nodes accept for a replacement. @throws as raise */
  async bump(attempts: readonly AnchorTransactionDocument[]): Promise<AnchorTransactionDocument | undefined> {
    const inFlight = await this.#inFlight(attempts);
    const newest = inFlight.at(-1);
    if (newest?.to_addr === undefined) return undefined;
    return await this.raise(inFlight, replacementOf(newest));
  }

  /**
   * Cancels a call that no node accepts, if others wait behind its nonce: they could never be mined otherwise.
   *
   * @returns Undefined where nothing is behind it, or nobody can sign.
   * @throws as raise
   */
  async fillGap(
    attempts: readonly AnchorTransactionDocument[],
  ): Promise<AnchorTransactionDocument | undefined> {
    const refused = attempts.at(-1) as AnchorTransactionDocument;
    if (!(await this.#isFollowed(refused))) return undefined;
    return await this.raise(attempts, cancellationOf(refused.from_addr, refused._id));
  }

  /** Why a mined transaction reverted: the custom error, decoded. */
  explain({ raw_signed, purpose }: AnchorTransactionDocument, inclusion: Inclusion): Promise<LucidError> {
    return explainRevert(this.#modules.provider, raw_signed, purpose, inclusion, this.#modules.codec);
  }

  /**
   * Saves and sends a replacement of the last attempt.
   *
   * @returns Undefined where nobody can sign.
   * @throws {EvmError} FEE_CEILING, BREAKER_TRIPPED, BREAKER_OPEN, FUNDS_MISSING, NONCE_CONTESTED, RPC_FAILED
   */
  async raise(
    attempts: readonly AnchorTransactionDocument[],
    replacement: Replacement,
  ): Promise<AnchorTransactionDocument | undefined> {
    return await this.#offerMore(attempts, replacement, undefined);
  }

  /** Offers a tenth more, or what the pool is known to ask for, until a node accepts it or the ceiling is reached. */
  async #offerMore(
    attempts: readonly AnchorTransactionDocument[],
    replacement: Replacement,
    refused: Refusal | undefined,
  ): Promise<AnchorTransactionDocument | undefined> {
    const { provider, breakers, logger } = this.#modules;
    const {
      from_addr,
      nonce,
      _id: replaces,
      chain_id: chainId,
    } = attempts.at(-1) as AnchorTransactionDocument;
    const signer = this.#signers.get(from_addr);
    if (signer === undefined) {
      logger.info({ txid: replaces, nonce }, "no bump without the key");
      return undefined;
    }
    const suggested = await readFees(provider);
    let previous = attempts.at(-1) as AnchorTransactionDocument;
    for (let refusal = refused; ; ) {
      const offered = Transaction.from(previous.raw_signed);
      const fees = bumpFees(
        feesOf(offered),
        suggested,
        await this.#floor(previous, suggested, refusal?.answer),
      );
      if (fees === undefined) {
        const reason = refusal && reasonOf(refusal.failure.cause ?? refusal.failure);
        throw new EvmError({ code: "FEE_CEILING", txid: previous._id, ...(reason && { reason }) });
      }
      const { gasLimit } = replacement;
      const extra = gasLimit * fees.feeCap - offered.gasLimit * feesOf(offered).feeCap;
      await breakers.admit({ chainId, gasLimit, feeCap: fees.feeCap, cost: extra > 0n ? extra : 0n });
      const saved = await this.sign(signer, { ...replacement, nonce, fees, replaces: previous._id });
      const feeCap = String(fees.feeCap);
      logger.info({ txid: saved._id, replaces: previous._id, nonce, feeCap }, "fee raised");
      refusal = await sendSaved(this.#modules, saved, replacement.purpose);
      if (refusal === undefined) return saved;
      await this.#drop(saved, refusal.failure.message);
      if (!isOutbid(refusal.answer.meaning)) throw refusalError(saved, replacement.purpose, refusal);
      previous = saved;
    }
  }

  /** The price after a node refused an offer: the one it names, or above what its pool holds, or the next step. */
  async #floor(
    { from_addr, nonce, raw_signed }: AnchorTransactionDocument,
    suggested: Fees,
    answer: NodeAnswer | undefined,
  ): Promise<FeeFloor> {
    if (answer === undefined) return { tip: 0n, feeCap: 0n };
    const { meaning, minPrice: least } = answer;
    const held =
      meaning === "nonce-held"
        ? await pooledTransaction(this.#modules.provider, from_addr, nonce)
        : undefined;
    if (held !== undefined) return floorAbove(held);
    if (least === undefined) return floorStep(feesOf(Transaction.from(raw_signed)), suggested);
    return meaning === "below-base-fee" ? { tip: 0n, feeCap: least } : { tip: least, feeCap: least };
  }

  /**
   * Whether to raise the offer for a transaction that a node refused at its price. Not if a full pool has no room for one
   * without the next nonce: it could not be mined yet, and would only evict those before it.
   */
  async #mayOfferMore(
    { from_addr, nonce, raw_signed }: AnchorTransactionDocument,
    { meaning, minPrice }: NodeAnswer,
  ): Promise<boolean> {
    if (meaning !== "underpriced" || minPrice !== undefined) return true;
    const { provider } = this.#modules;
    if ((await provider.getTransactionCount(from_addr, "latest")) === nonce) return true;
    return feesOf(Transaction.from(raw_signed)).feeCap < (await readFees(provider)).baseFee;
  }

  async #drop({ _id }: AnchorTransactionDocument, error: string): Promise<void> {
    await moveTo(this.#modules.transactions, _id, "dropped", { error });
  }

  /**
   * The attempts that are still to be sent, as the store has them now. A dropped one may be another call, whose caller was
   * told that it was not sent.
   */
  async #inFlight(attempts: readonly AnchorTransactionDocument[]): Promise<AnchorTransactionDocument[]> {
    const { transactions } = this.#modules;
    const stored = await Promise.all(attempts.map(({ _id }) => transactions.get(_id)));
    return stored.filter(
      (one) => one !== undefined && UNFINISHED.includes(one.status),
    ) as AnchorTransactionDocument[];
  }

  async #isFollowed({ chain_id, from_addr, nonce }: AnchorTransactionDocument): Promise<boolean> {
    const account = { chainId: chain_id, from: from_addr };
    const unfinished = eachDocument((page) => this.#modules.transactions.unfinished(account, page));
    for await (const other of unfinished) if (other.nonce > nonce) return true;
    return false;
  }
}

function replacementOf({ to_addr, raw_signed, purpose, refs }: AnchorTransactionDocument): Replacement {
  const { data, gasLimit } = Transaction.from(raw_signed);
  return { to: to_addr as string, data, gasLimit, purpose, references: refs };
}
