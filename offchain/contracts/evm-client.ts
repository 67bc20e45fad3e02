import { type Provider, Transaction, type TransactionReceipt, type Wallet } from "ethers";
import { waitForReceipt } from "../evm/wait-for-receipt.ts";
import type { AnchorTransactionDocument, NewAnchorTransaction } from "../store/documents.ts";
import type { AnchorTransactions } from "../store/repositories/anchor-transactions.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import { decodeFailure, isAlreadyTaken, isRefusal } from "./decode-failure.ts";

export interface EvmClientOptions {
  /** Blocks until a transaction counts as final, its own included. */
  readonly confirmations: number;
}

export interface EvmClientModules {
  readonly provider: Provider;
  readonly transactions: AnchorTransactions;
}

/** A contract transaction that is to be sent. */
export interface ContractCall {
  /** E.g. `LucidAnchors.registerSession`. */
  readonly action: string;
  readonly purpose: NewAnchorTransaction["purpose"];
  readonly to: string;
  readonly data: string;
  /** What it is about, e.g. session ids: how it is found again. */
  readonly references: readonly string[];
}

/**
 * Sends contract transactions so that a crash neither loses nor doubles one: signed bytes are saved before they are
 * broadcast, a nonce belongs to saved bytes, and what a run left unfinished is finished first by the next one.
 */
export class EvmClient {
  readonly provider: Provider;
  readonly #transactions: AnchorTransactions;
  readonly #confirmations: number;

  constructor({ confirmations }: EvmClientOptions, { provider, transactions }: EvmClientModules) {
    this.provider = provider;
    this.#transactions = transactions;
    this.#confirmations = confirmations;
  }

  async chainId(): Promise<number> {
    return Number((await this.provider.getNetwork()).chainId);
  }

  /**
   * Estimates, signs, saves, broadcasts and waits for the confirmations.
   *
   * @throws {ContractError} CONTRACT_REVERTED, before anything is sent
   * @throws {EvmError} FUNDS_MISSING, RPC_FAILED, TRANSACTION_FAILED, TRANSACTION_TIMED_OUT, TRANSACTION_REPLACED
   */
  async send(signer: Wallet, call: ContractCall): Promise<TransactionReceipt> {
    await this.resume(signer.address);
    const signed = await this.#sign(signer, call);
    const transaction = await this.#save(signed, signer.address, call);
    return await this.#finish(transaction, call.action);
  }

  /**
   * Brings what an earlier run signed with this account to an end: broadcasts the same bytes again where the chain
   * does not know them, and waits. Never signs anything new.
   *
   * @returns How many transactions it finished.
   */
  async resume(account: string): Promise<number> {
    const owner = { chainId: await this.chainId(), from: account.toLowerCase() };
    let finished = 0;
    for await (const transaction of eachDocument((page) => this.#transactions.unfinished(owner, page))) {
      await this.#finish(transaction, transaction.purpose);
      finished += 1;
    }
    return finished;
  }

  async #sign(signer: Wallet, { action, to, data }: ContractCall): Promise<Transaction> {
    const from = signer.address;
    try {
      const [{ chainId }, nonce, fees, gasLimit] = await Promise.all([
        this.provider.getNetwork(),
        this.provider.getTransactionCount(from, "pending"),
        this.provider.getFeeData(),
        this.provider.estimateGas({ from, to, data }),
      ]);
      const { maxFeePerGas, maxPriorityFeePerGas, gasPrice } = fees;
      const price =
        maxFeePerGas === null ? { type: 0, gasPrice } : { type: 2, maxFeePerGas, maxPriorityFeePerGas };
      const request = { chainId, nonce, to, data, gasLimit, ...price };
      return Transaction.from(await signer.signTransaction(request));
    } catch (error) {
      throw decodeFailure(error, { action, account: from });
    }
  }

  async #save(signed: Transaction, from: string, call: ContractCall): Promise<AnchorTransactionDocument> {
    const txid = signed.hash as string;
    await this.#transactions.insert({
      _id: txid,
      chain_id: Number(signed.chainId),
      from_addr: from.toLowerCase(),
      nonce: signed.nonce,
      to_addr: call.to.toLowerCase(),
      purpose: call.purpose,
      refs: call.references,
      raw_signed: signed.serialized,
      status: "signed",
    });
    return (await this.#transactions.get(txid)) as AnchorTransactionDocument;
  }

  async #finish(transaction: AnchorTransactionDocument, action: string): Promise<TransactionReceipt> {
    const { _id: txid, from_addr: account, nonce } = transaction;
    await this.#broadcast(transaction, action);
    try {
      const watched = { txid, account, nonce, action };
      const receipt = await waitForReceipt(this.provider, watched, this.#confirmations);
      await this.#move(txid, "mined", receipt);
      await this.#move(txid, "confirmed", receipt);
      return receipt;
    } catch (error) {
      const failure = decodeFailure(error, { action, account });
      if (failure.code === "TRANSACTION_REPLACED") await this.#move(txid, "replaced");
      if (failure.code === "TRANSACTION_FAILED") {
        await this.#move(txid, "failed", await this.provider.getTransactionReceipt(txid), failure.message);
      }
      throw failure;
    }
  }

  /** Repeating it is harmless: the bytes are the same, so the chain knows them or takes them once. */
  async #broadcast(
    { _id: txid, raw_signed, status }: AnchorTransactionDocument,
    action: string,
  ): Promise<void> {
    if (status === "mined") return;
    try {
      await this.provider.broadcastTransaction(raw_signed);
    } catch (error) {
      const isTaken = isAlreadyTaken(error) || (await this.provider.getTransactionReceipt(txid)) !== null;
      if (!isTaken) {
        const failure = decodeFailure(error, { action });
        // Refused by a node that answered: its nonce is free again. Without an answer it may be on its way.
        if (isRefusal(error)) await this.#move(txid, "dropped", null, failure.message);
        throw failure;
      }
    }
    if (status === "signed") await this.#move(txid, "broadcast");
  }

  async #move(
    txid: string,
    to: AnchorTransactionDocument["status"],
    receipt: TransactionReceipt | null = null,
    error?: string,
  ): Promise<void> {
    const current = await this.#transactions.get(txid);
    if (current === undefined || current.status === to) return;
    const progress = receipt && {
      block_number: receipt.blockNumber,
      block_hash: receipt.blockHash,
      gas_used: Number(receipt.gasUsed),
      effective_gas_price: receipt.gasPrice,
    };
    await this.#transactions.move(txid, current.status, to, { ...progress, ...(error && { error }) });
  }
}
