import { isError, type Result, type TransactionReceipt } from "ethers";
import { type LucidAnchors, LucidAnchors__factory } from "../../../typechain-types/index.ts";
import { firstBlockSince } from "../../evm/first-block-since.ts";
import { inGroups } from "../../in-groups.ts";
import { MAX_TIME_SECONDS } from "../../sessions/limits.ts";
import { type Session, sessionCommitment } from "../../sessions/session.ts";
import {
  type BlockRange,
  type ChainReader,
  ContractReader,
  type EventPosition,
  positionOf,
} from "../contract-reader.ts";
import type { ContractLocation } from "../deployment.ts";
import { ContractError } from "../errors.ts";
import { lucidAnchors } from "./descriptor.ts";

/** About 1.5 million gas, a third of it calldata: far below any node's limit for a call. */
const MAX_COMMITMENTS_PER_CALL = 500;

/** The event of a session that got its own slot; its fields are checked against the commitment if one is given. */
export interface RegisteredSession extends EventPosition {
  readonly session: Session;
}

/**
 * Blocks whose logs are searched at most: a hundred requests at a common limit of endpoints. The event of a session is
 * searched for from its time on, and is in the first of them unless the session was promoted much later: then its
 * transaction is not shown.
 */
export const MAX_BLOCKS_SEARCHED = 1_000_000;

export interface RegisteredTree extends EventPosition {
  readonly root: string;
}

/** What the contract knows about a tree. */
export interface TreeRegistration {
  /** The count that its first registrar gave; nothing binds it to the root. */
  readonly sessionCount: number;
  /** Unix seconds of the block that registered the root. */
  readonly registeredAt: number;
}

/**
 * What LucidAnchors knows, typed. Needs no key, and nothing of what sending needs.
 *
 * Every method throws ContractError where the answer is not that of LucidAnchors, and EvmError when the chain cannot be
 * reached.
 */
export class LucidAnchorsReader extends ContractReader<LucidAnchors> {
  constructor(location: ContractLocation, { evm }: { evm: ChainReader }) {
    super(lucidAnchors.name, LucidAnchors__factory.connect(location.address, evm.provider), location, evm);
  }

  /**
   * Since when a commitment has its own slot, in Unix seconds; undefined where it has none.
   *
   * @param asOf number of the block after which the state is asked for. @default the latest
   * @throws {ContractError} CONTRACT_FOREIGN for an answer that LucidAnchors cannot give
   */
  async registeredAt(commitment: string, asOf?: number): Promise<number | undefined> {
    const time = await this.read("registeredAt", () => this.contract.registeredAt(commitment, at(asOf)));
    return this.#timeOf(time, "registeredAt");
  }

  /**
   * The same for many commitments, a few hundred per call.
   *
   * @param asOf as in registeredAt
   * @returns as many answers, in the same order
   * @throws {ContractError} CONTRACT_FOREIGN
   */
  async registeredAtBatch(commitments: readonly string[], asOf?: number): Promise<(number | undefined)[]> {
    const found: (number | undefined)[] = [];
    for (const group of inGroups(commitments, MAX_COMMITMENTS_PER_CALL)) {
      const times = await this.read("registeredAtBatch", () =>
        this.contract.registeredAtBatch(group, at(asOf)),
      );
      if (times.length !== group.length) throw foreign("registeredAtBatch");
      found.push(...times.map((time) => this.#timeOf(time, "registeredAtBatch")));
    }
    return found;
  }

  /**
   * What is registered under a tree's root; undefined where there is nothing.
   *
   * @param asOf as in registeredAt
   * @throws {ContractError} CONTRACT_FOREIGN for an answer that LucidAnchors cannot give
   */
  async treeOf(root: string, asOf?: number): Promise<TreeRegistration | undefined> {
    const tree = await this.read("treeOf", () => this.contract.treeOf(root, at(asOf)));
    const registeredAt = this.#timeOf(tree.time, "treeOf");
    return registeredAt === undefined ? undefined : { sessionCount: Number(tree.sessionCount), registeredAt };
  }

  /** Sessions that got their own slot, oldest first, a page of blocks at a time. */
  async *registeredSessions(range: BlockRange = {}, sessionId?: string): AsyncGenerator<RegisteredSession[]> {
    for await (const events of this.events(this.contract.filters.SessionRegistered(sessionId), range)) {
      yield events.map((event) => ({
        session: {
          sessionId: event.args.sessionId,
          manifestHash: event.args.manifestHash,
          startedAt: Number(event.args.startedAt),
          owner: event.args.owner,
          merkleRoot: event.args.merkleRoot,
          chunkCount: Number(event.args.chunkCount),
        },
        ...positionOf(event),
      }));
    }
  }

  /** Trees, oldest first, a page of blocks at a time. */
  async *registeredTrees(range: BlockRange = {}, root?: string): AsyncGenerator<RegisteredTree[]> {
    for await (const events of this.events(this.contract.filters.SessionTreeRegistered(root), range)) {
      yield events.map((event) => ({
        root: event.args.root,
        ...positionOf(event),
      }));
    }
  }

  /** Commitments of the sessions that a transaction gave their own slot. */
  commitmentsIn(receipt: TransactionReceipt): string[] {
    return this.#eventsIn(receipt, "SessionRegistered").map((args) =>
      sessionCommitment({
        sessionId: String(args.sessionId),
        manifestHash: String(args.manifestHash),
        startedAt: Number(args.startedAt),
        owner: String(args.owner),
        merkleRoot: String(args.merkleRoot),
        chunkCount: Number(args.chunkCount),
      }),
    );
  }

  /** Roots of the trees that a transaction registered. */
  rootsIn(receipt: TransactionReceipt): string[] {
    return this.#eventsIn(receipt, "SessionTreeRegistered").map(({ root }) => String(root));
  }

  /**
   * The event of a commitment that has its own slot; undefined where the endpoint gives none.
   *
   * @param since Unix seconds; no block before that time is searched. A slot's time is never later than its event's.
   */
  async findRegistration(session: Session, since: number): Promise<RegisteredSession | undefined> {
    const commitment = sessionCommitment(session);
    for await (const events of this.registeredSessions(await this.#rangeSince(since), session.sessionId)) {
      const own = events.find((event) => sessionCommitment(event.session) === commitment);
      if (own !== undefined) return own;
    }
    return undefined;
  }

  /** The event of a tree that is registered; undefined where the endpoint gives none. */
  async findTree(root: string, since: number): Promise<RegisteredTree | undefined> {
    for await (const events of this.registeredTrees(await this.#rangeSince(since), root)) {
      const own = events.find((event) => event.root === root);
      if (own !== undefined) return own;
    }
    return undefined;
  }

  /** In decimal digits. */
  async chainId(): Promise<string> {
    return String(await this.ask("chainId", () => this.chain.chainId()));
  }

  /** Number of the latest block. */
  head(): Promise<number> {
    return this.ask("head", () => this.chain.provider.getBlockNumber());
  }

  /** A block's time in Unix seconds; undefined if the endpoint does not have the block. */
  async blockTime(blockNumber: number): Promise<number | undefined> {
    return (await this.ask("blockTime", () => this.chain.provider.getBlock(blockNumber)))?.timestamp;
  }

  /** A transaction's receipt; undefined where the endpoint has none. */
  async receiptOf(txid: string): Promise<TransactionReceipt | undefined> {
    return (await this.ask("receipt", () => this.chain.provider.getTransactionReceipt(txid))) ?? undefined;
  }

  /** Ids of a block's transactions; undefined where the endpoint does not have the block. */
  async transactionsOf(blockNumber: number): Promise<readonly string[] | undefined> {
    return (await this.ask("block", () => this.chain.provider.getBlock(blockNumber)))?.transactions;
  }

  async #rangeSince(time: number): Promise<BlockRange> {
    const fromBlock = await this.ask("events", () =>
      firstBlockSince(this.chain.provider, time, this.deploymentBlock),
    );
    return { fromBlock, toBlock: Math.min(fromBlock + MAX_BLOCKS_SEARCHED, await this.head()) };
  }

  /** What does not decode is left out: it comes from a contract that is not LucidAnchors. */
  #eventsIn({ logs }: TransactionReceipt, name: string): Result[] {
    return logs.flatMap((log) => {
      if (log.address !== this.address) return [];
      try {
        const event = this.contract.interface.parseLog(log);
        return event?.name === name ? [event.args] : [];
      } catch (error) {
        if (isError(error, "BUFFER_OVERRUN") || isError(error, "INVALID_ARGUMENT")) return [];
        throw error;
      }
    });
  }

  /** @throws {ContractError} CONTRACT_FOREIGN */
  #timeOf(seconds: bigint, method: string): number | undefined {
    if (seconds === 0n) return undefined;
    if (seconds <= BigInt(MAX_TIME_SECONDS)) return Number(seconds);
    throw foreign(method);
  }
}

const foreign = (method: string) =>
  new ContractError({ code: "CONTRACT_FOREIGN", action: `LucidAnchors.${method}` });

const at = (asOf: number | undefined) => (asOf === undefined ? {} : { blockTag: asOf });
