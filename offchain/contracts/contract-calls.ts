import type { BaseContract, TransactionReceipt, Wallet } from "ethers";
import type { CallBounds, CallLimit } from "../evm/gas/call-bounds.ts";
import type { EstimateRequest } from "../evm/gas/gas-estimate.ts";
import { typedFailure } from "../evm/node-errors.ts";
import type { ContractCall, EvmClient } from "../evm/transactions/evm-client.ts";
import type { WatchedTransaction } from "../evm/transactions/watched-transaction.ts";
import { callCodec } from "./call-codec.ts";
import type { ContractDescriptor, MethodDescriptor } from "./descriptor.ts";

export interface ContractCallsModules {
  readonly contract: BaseContract;
  readonly address: string;
  readonly evm: EvmClient;
}

/** Calls that change a contract, by the names of its descriptor: sent through EvmClient, or estimated. */
export class ContractCalls<Descriptor extends ContractDescriptor = ContractDescriptor> {
  readonly #descriptor: Descriptor;
  readonly #modules: ContractCallsModules;

  constructor(descriptor: Descriptor, modules: ContractCallsModules) {
    this.#descriptor = descriptor;
    this.#modules = modules;
  }

  /** How much gas a call may have on this chain. */
  async bounds(): Promise<CallBounds> {
    try {
      return await this.#modules.evm.bounds();
    } catch (error) {
      throw typedFailure(error, { action: this.#action("bounds") }, callCodec);
    }
  }

  /**
   * @param references What the call is about, e.g. session ids: kept with the transaction.
   * @param limit Where its gas limit would be above this, it is not sent (CALL_TOO_LARGE).
   */
  send(
    signer: Wallet,
    method: keyof Descriptor["methods"] & string,
    references: readonly string[],
    args: readonly unknown[],
    limit?: CallLimit,
  ): Promise<TransactionReceipt> {
    return this.#modules.evm.send(signer, this.#callOf(method, references, args, limit));
  }

  /** The same, on its way: what becomes of it, the watch says. What an earlier run left is not finished first. */
  submit(
    signer: Wallet,
    method: keyof Descriptor["methods"] & string,
    references: readonly string[],
    args: readonly unknown[],
    limit?: CallLimit,
  ): Promise<WatchedTransaction> {
    return this.#modules.evm.submit(signer, this.#callOf(method, references, args, limit));
  }

  /** The gas limit that a call would be sent with. @throws {EvmError} CALL_TOO_LARGE */
  async gasLimitOf(
    from: string,
    method: keyof Descriptor["methods"] & string,
    args: readonly unknown[],
  ): Promise<bigint> {
    return (await this.#modules.evm.estimate(from, this.describe(method, args))).gasLimit;
  }

  /** A call that is not sent, for an estimate. */
  describe(
    method: keyof Descriptor["methods"] & string,
    args: readonly unknown[],
  ): Omit<EstimateRequest, "from"> {
    const action = this.#action(method);
    const data = this.#modules.contract.interface.encodeFunctionData(method, args);
    return { action, to: this.#modules.address, data, items: callCodec.countItems(action, data) };
  }

  /** Finishes what an earlier run signed with this account; see EvmClient. */
  resume(signer: Wallet): Promise<number> {
    return this.#modules.evm.resume(signer);
  }

  #callOf(
    method: keyof Descriptor["methods"] & string,
    references: readonly string[],
    args: readonly unknown[],
    limit: CallLimit | undefined,
  ): ContractCall {
    return {
      action: this.#action(method),
      purpose: (this.#descriptor.methods[method] as MethodDescriptor).purpose,
      to: this.#modules.address,
      data: this.#modules.contract.interface.encodeFunctionData(method, args),
      references,
      limit,
    };
  }

  #action(method: string): string {
    return `${this.#descriptor.name}.${method}`;
  }
}
