import {
  JsonRpcApiProvider,
  type JsonRpcError,
  type JsonRpcPayload,
  type JsonRpcResult,
  toQuantity,
} from "ethers";
import type { Logger } from "../logger.ts";
import type { CircuitBreakers } from "./circuit-breakers.ts";
import { EvmError } from "./errors.ts";
import type { RpcAnswer, RpcQuestion } from "./plausible-answer.ts";
import type { RpcEndpoint } from "./rpc-endpoint.ts";

export interface FailoverModules {
  /** Of one chain, in order of preference. */
  readonly endpoints: readonly RpcEndpoint[];
  readonly logger: Logger;
  readonly breakers?: CircuitBreakers | undefined;
}

/** An endpoint whose head stands still for this long is compared with its neighbours. */
const STALE_AFTER_MS = 15_000;
const MS_PER_SECOND = 1_000;
/** How far a block may be ahead of this machine's clock. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Asks one endpoint and stays with it as long as it answers; the next in order takes over when it is silent, late,
 * talks rubbish or falls behind its neighbours. One at a time: answers of endpoints at different heights, mixed,
 * would show a chain that never was.
 */
export class FailoverProvider extends JsonRpcApiProvider {
  readonly #modules: FailoverModules;
  readonly #chainId: bigint;
  #current: number;
  #highest = 0n;
  #highestAt = Date.now();

  /** @param first index of the endpoint to begin with */
  constructor(chainId: bigint, first: number, modules: FailoverModules) {
    // No cache and no batches: a watcher must see the chain as it is now, and an answer stands for itself.
    super(chainId, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 });
    this.#chainId = chainId;
    this.#current = first;
    this.#modules = modules;
    this._start();
  }

  /** The endpoint that is asked now; two answers belong together if it did not change between them. */
  get endpoint(): string {
    return (this.#modules.endpoints[this.#current] as RpcEndpoint).name;
  }

  override async _send(
    payload: JsonRpcPayload | JsonRpcPayload[],
  ): Promise<(JsonRpcResult | JsonRpcError)[]> {
    const question = (Array.isArray(payload) ? payload[0] : payload) as RpcQuestion;
    const { breakers } = this.#modules;
    const ask = () => this.#ask(question);
    const answer = await (breakers === undefined ? ask() : breakers.ask(ask));
    const isHead = question.method === "eth_blockNumber" && answer.error === undefined;
    if (!isHead) return [answer as JsonRpcResult];
    const result = `0x${(await this.#head(BigInt(String(answer.result)))).toString(16)}`;
    return [{ id: question.id, result }];
  }

  /** @throws {EvmError} RPC_UNREACHABLE when no endpoint answers */
  async #ask(question: RpcQuestion): Promise<RpcAnswer> {
    const { endpoints, logger } = this.#modules;
    const from = this.#current;
    const silent: EvmError[] = [];
    for (let step = 0; step < endpoints.length; step++) {
      const index = (from + step) % endpoints.length;
      const endpoint = endpoints[index] as RpcEndpoint;
      try {
        if (index !== this.#current) await this.#requireSameChain(endpoint);
        const answer = await endpoint.ask(question);
        if (isDoubtful(question, answer, silent)) break;
        if (index !== this.#current) {
          logger.warn(
            { from: this.endpoint, to: endpoint.name, method: question.method },
            "endpoint changed",
          );
        }
        this.#current = index;
        return answer;
      } catch (error) {
        if (!(error instanceof EvmError)) throw error;
        silent.push(error);
      }
    }
    throw silent[0];
  }

  /** An endpoint that was dead at the start has not yet said which chain it serves. */
  async #requireSameChain(endpoint: RpcEndpoint): Promise<void> {
    const chainId = await endpoint.askQuantity("eth_chainId");
    if (chainId === this.#chainId) return;
    const chains = { [this.endpoint]: String(this.#chainId), [endpoint.name]: String(chainId) };
    throw new EvmError({ code: "RPC_CHAINS_DIFFER", chains });
  }

  /** The head, from the endpoint that is furthest where the current one sinks or stands still. */
  async #head(head: bigint): Promise<bigint> {
    const { endpoints, logger } = this.#modules;
    const now = Date.now();
    if (head > this.#highest) {
      this.#highest = head;
      this.#highestAt = now;
    }
    const isSuspect = head < this.#highest || now - this.#highestAt > STALE_AFTER_MS;
    if (!isSuspect || endpoints.length === 1) return head;
    const heads = await Promise.all(endpoints.map((endpoint) => this.#headOf(endpoint)));
    const best = heads.reduce((a, b, index) => (b > (heads[a] as bigint) ? index : a), this.#current);
    if (best !== this.#current) {
      const to = (endpoints[best] as RpcEndpoint).name;
      logger.warn({ from: this.endpoint, to, head: String(heads[best]) }, "endpoint fell behind");
      this.#current = best;
    }
    // All of them stand there: a reorg may make a chain shorter.
    this.#highest = heads[best] as bigint;
    this.#highestAt = now;
    return this.#highest;
  }

  /**
   * The head of an endpoint, which must be of this chain and have its block: the furthest one wins, and any number
   * is easily said.
   *
   * @returns -1 where the endpoint does not answer, or says what cannot be
   */
  async #headOf(endpoint: RpcEndpoint): Promise<bigint> {
    try {
      await this.#requireSameChain(endpoint);
      const head = await endpoint.askQuantity("eth_blockNumber");
      const params = [toQuantity(head), false];
      const { result } = await endpoint.ask({ id: 1, method: "eth_getBlockByNumber", params });
      return isBlockOfNow(result) ? head : -1n;
    } catch (error) {
      if (error instanceof EvmError) return -1n;
      throw error;
    }
  }
}

function isBlockOfNow(block: unknown): boolean {
  if (typeof block !== "object" || block === null || !("timestamp" in block)) return false;
  return Number(block.timestamp) * MS_PER_SECOND <= Date.now() + CLOCK_TOLERANCE_MS;
}

/** One endpoint was silent over these bytes and may have taken them; another's refusal says nothing then. */
function isDoubtful({ method }: RpcQuestion, answer: RpcAnswer, silent: readonly EvmError[]): boolean {
  return method === "eth_sendRawTransaction" && answer.error !== undefined && silent.length > 0;
}
