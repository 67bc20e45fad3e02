import { type BaseContract, EventLog, isError, type TransactionReceipt, type Wallet } from "ethers";
import type {
  TypedContractEvent,
  TypedDeferredTopicFilter,
  TypedEventLog,
} from "../../typechain-types/common.ts";
import type { CallBounds, CallLimit } from "../evm/gas/call-bounds.ts";
import type { EstimateRequest } from "../evm/gas/gas-estimate.ts";
import { isAnsweredError, isRevertWithoutReason, typedFailure } from "../evm/node-errors.ts";
import type { ContractCall, EvmClient } from "../evm/transactions/evm-client.ts";
import type { WatchedTransaction } from "../evm/transactions/watched-transaction.ts";
import { callCodec } from "./call-codec.ts";
import type { ContractLocation } from "./deployment.ts";
import type { ContractDescriptor, MethodDescriptor } from "./descriptor.ts";
import { ContractError } from "./errors.ts";

/** Blocks per query: what public endpoints commonly allow. */
const PAGE_BLOCKS = 10_000;

/** A range of blocks, both ends included. */
export interface BlockRange {
  /** @default the block that deployed the contract, 0 where it is not known */
  readonly fromBlock?: number;
  /** @default the latest block */
  readonly toBlock?: number;
}

/** Where on the chain an event is. */
export interface EventPosition {
  readonly txid: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  /** Its index among the events of its block. */
  readonly logIndex: number;
}

interface EventSource<Event extends TypedContractEvent> extends BaseContract {
  queryFilter(
    filter: TypedDeferredTopicFilter<Event>,
    fromBlock: number,
    toBlock: number,
  ): Promise<TypedEventLog<Event>[]>;
}

/** What the clients of all contracts share: typed errors, sending through EvmClient, events in pages. */
export abstract class ContractClient<
  Contract extends BaseContract,
  Descriptor extends ContractDescriptor = ContractDescriptor,
> {
  readonly address: string;
  /** None of its events is older; 0 where it is not known. */
  readonly deploymentBlock: number;
  protected readonly contract: Contract;
  protected readonly evm: EvmClient;
  readonly #descriptor: Descriptor;

  constructor(descriptor: Descriptor, contract: Contract, location: ContractLocation, evm: EvmClient) {
    this.address = location.address;
    this.contract = contract;
    this.evm = evm;
    this.#descriptor = descriptor;
    this.deploymentBlock = location.deploymentBlock;
  }

  /** Asks the node something that is not this contract's to answer. */
  protected async ask<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      throw typedFailure(error, { action: this.#action(what) }, callCodec);
    }
  }

  /** Calls a method that changes nothing. */
  protected async read<Answer>(method: string, call: () => Promise<Answer>): Promise<Answer> {
    const action = this.#action(method);
    try {
      return await call();
    } catch (error) {
      // Our reads never revert without a reason, and their answers decode: otherwise it is another contract.
      if (isRevertWithoutReason(error) || isError(error, "BAD_DATA") || isError(error, "BUFFER_OVERRUN")) {
        throw new ContractError({ code: "CONTRACT_FOREIGN", action }, { cause: error });
      }
      throw typedFailure(error, { action }, callCodec);
    }
  }

  /** How much gas a call may have on this chain. */
  bounds(): Promise<CallBounds> {
    return this.read("bounds", () => this.evm.bounds());
  }

  /**
   * @param references What the call is about, e.g. session ids: kept with the transaction.
   * @param limit Where its gas limit would be above this, it is not sent (CALL_TOO_LARGE).
   */
  protected send(
    signer: Wallet,
    method: keyof Descriptor["methods"] & string,
    references: readonly string[],
    args: readonly unknown[],
    limit?: CallLimit,
  ): Promise<TransactionReceipt> {
    return this.evm.send(signer, this.#callOf(method, references, args, limit));
  }

  /** The same, on its way: what becomes of it, the watch says. What an earlier run left is not finished first. */
  protected submit(
    signer: Wallet,
    method: keyof Descriptor["methods"] & string,
    references: readonly string[],
    args: readonly unknown[],
    limit?: CallLimit,
  ): Promise<WatchedTransaction> {
    return this.evm.submit(signer, this.#callOf(method, references, args, limit));
  }

  /** The gas limit that a call would be sent with. @throws {EvmError} CALL_TOO_LARGE */
  protected async gasLimitOf(
    from: string,
    method: keyof Descriptor["methods"] & string,
    args: readonly unknown[],
  ): Promise<bigint> {
    return (await this.evm.estimate(from, this.describe(method, args))).gasLimit;
  }

  /** A call that is not sent, for an estimate. */
  protected describe(
    method: keyof Descriptor["methods"] & string,
    args: readonly unknown[],
  ): Omit<EstimateRequest, "from"> {
    const action = this.#action(method);
    const data = this.contract.interface.encodeFunctionData(method, args);
    return { action, to: this.address, data, items: callCodec.countItems(action, data) };
  }

  /** Finishes what an earlier run signed with this account; see EvmClient. */
  resume(signer: Wallet): Promise<number> {
    return this.evm.resume(signer);
  }

  /**
   * Events, oldest first, a page of blocks at a time; pages are halved where an endpoint refuses them. What does not
   * decode is left out: it comes from a contract that is not ours.
   */
  protected async *events<Event extends TypedContractEvent>(
    filter: TypedDeferredTopicFilter<Event>,
    { fromBlock = this.deploymentBlock, toBlock }: BlockRange,
  ): AsyncGenerator<TypedEventLog<Event>[]> {
    const source = this.contract as unknown as EventSource<Event>;
    const last: number = toBlock ?? (await this.ask("events", () => this.evm.provider.getBlockNumber()));
    const query = async (from: number, to: number) =>
      (await source.queryFilter(filter, from, to)).filter((event) => event instanceof EventLog);
    yield* this.#pages(query, fromBlock, last);
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
      to: this.address,
      data: this.contract.interface.encodeFunctionData(method, args),
      references,
      limit,
    };
  }

  #action(method: string): string {
    return `${this.#descriptor.name}.${method}`;
  }

  async *#pages<Page>(
    query: (from: number, to: number) => Promise<Page>,
    first: number,
    last: number,
  ): AsyncGenerator<Page> {
    let size = PAGE_BLOCKS;
    for (let from = first; from <= last; ) {
      const to = Math.min(from + size - 1, last);
      try {
        yield await query(from, to);
        from = to + 1;
      } catch (error) {
        if (!isAnsweredError(error) || to === from)
          throw typedFailure(error, { action: this.#action("events") }, callCodec);
        // Too many blocks or too many events: endpoints word it differently, but mean the same.
        size = Math.ceil((to - from + 1) / 2);
      }
    }
  }
}

export function positionOf({
  transactionHash,
  blockNumber,
  blockHash,
  index,
}: TypedEventLog<never>): EventPosition {
  return { txid: transactionHash, blockNumber, blockHash, logIndex: index };
}
