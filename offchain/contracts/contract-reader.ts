import { type BaseContract, EventLog, isError } from "ethers";
import type {
  TypedContractEvent,
  TypedDeferredTopicFilter,
  TypedEventLog,
} from "../../typechain-types/common.ts";
import type { ChainProvider } from "../evm/chain-provider.ts";
import { isAnsweredError, isRevertWithoutReason, typedFailure } from "../evm/node-errors.ts";
import { callCodec } from "./call-codec.ts";
import type { ContractLocation } from "./deployment.ts";
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

/** What reading needs of the EVM layer; `EvmClient` has it, and so has whoever only reads. */
export interface ChainReader {
  readonly provider: ChainProvider;
  chainId(): Promise<number>;
}

interface EventSource<Event extends TypedContractEvent> extends BaseContract {
  queryFilter(
    filter: TypedDeferredTopicFilter<Event>,
    fromBlock: number,
    toBlock: number,
  ): Promise<TypedEventLog<Event>[]>;
}

/** What the readers of all contracts share: typed errors, events in pages. Nothing here can send. */
export abstract class ContractReader<Contract extends BaseContract> {
  readonly address: string;
  /** None of its events is older; 0 where it is not known. */
  readonly deploymentBlock: number;
  protected readonly contract: Contract;
  protected readonly chain: ChainReader;
  readonly #name: string;

  /** @param name of the contract, for messages */
  constructor(name: string, contract: Contract, location: ContractLocation, chain: ChainReader) {
    this.address = location.address;
    this.deploymentBlock = location.deploymentBlock;
    this.contract = contract;
    this.chain = chain;
    this.#name = name;
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

  /**
   * Events, oldest first, a page of blocks at a time; pages are halved where an endpoint refuses them. What does not
   * decode is left out: it comes from a contract that is not ours.
   */
  protected async *events<Event extends TypedContractEvent>(
    filter: TypedDeferredTopicFilter<Event>,
    { fromBlock = this.deploymentBlock, toBlock }: BlockRange,
  ): AsyncGenerator<TypedEventLog<Event>[]> {
    const source = this.contract as unknown as EventSource<Event>;
    const last: number = toBlock ?? (await this.ask("events", () => this.chain.provider.getBlockNumber()));
    const query = async (from: number, to: number) =>
      (await source.queryFilter(filter, from, to)).filter((event) => event instanceof EventLog);
    yield* this.#pages(query, fromBlock, last);
  }

  #action(method: string): string {
    return `${this.#name}.${method}`;
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
