import {
  JsonRpcApiProvider,
  type JsonRpcError,
  type JsonRpcPayload,
  type JsonRpcResult,
  toQuantity,
} from "ethers";
import type { Logger } from "../../logger.ts";
import type { TimedRequest } from "../../monitoring/latency-metrics.ts";
import { timeRequest } from "../../monitoring/time-request.ts";
import type { CircuitBreakers } from "../breakers/circuit-breakers.ts";
import { EvmError } from "../errors.ts";
import { canBeOfOneChain, chooseHead, isOfNow } from "./choose-head.ts";
import { type Head, readHead, readHeadAndPace } from "./endpoint-head.ts";
import type { RpcAnswer, RpcQuestion } from "./plausible-answer.ts";
import type { RpcEndpoint } from "./rpc-endpoint.ts";

export interface FailoverModules {
  /** Of one chain, in order of preference. */
  readonly endpoints: readonly RpcEndpoint[];
  readonly logger: Pick<Logger, "warn">;
  readonly breakers?: CircuitBreakers | undefined;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Told how long each request took, the breaker's waiting included. @default nobody */
  readonly onRequest?: ((request: TimedRequest) => void) | undefined;
}

/** An endpoint whose head does not move for this long is compared with the others. */
const STALE_AFTER_MS = 15_000;
/** While heads are requested they are compared this often in any case: an endpoint may lie a little more each time. */
const COMPARE_EVERY_MS = 60_000;

/** A head that was believed, and the endpoint that showed it. */
export interface BelievedHead {
  readonly index: number;
  readonly head: Head;
}

/**
 * Uses one endpoint as long as it answers; the next in order takes over when it is silent, late, sends malformed answers
 * or falls behind the others. Only one is used at a time: answers of endpoints at different heights, mixed, would show a
 * chain that never existed.
 */
export class FailoverProvider extends JsonRpcApiProvider {
  readonly #modules: FailoverModules;
  readonly #chainId: bigint;
  #current: number;
  #believed: BelievedHead;
  /** The head that was believed when all were last compared, and when that was, in Unix milliseconds. */
  #compared: { readonly head: Head; readonly at: number };
  /** When the head last moved, or was last compared with those of the others; Unix milliseconds. */
  #movedAt: number;

  /** @param first the endpoint to begin with */
  constructor(chainId: bigint, first: BelievedHead, modules: FailoverModules) {
    // No cache and no batches: the monitor must see the chain as it is now, and each answer is checked by itself.
    super(chainId, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 });
    this.#chainId = chainId;
    this.#current = first.index;
    this.#believed = first;
    this.#compared = { head: first.head, at: modules.now() };
    this.#movedAt = modules.now();
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
    const { breakers, now, onRequest = () => undefined } = this.#modules;
    const ask = () => (question.method === "eth_blockNumber" ? this.#askHead(question) : this.#ask(question));
    const request = () => (breakers === undefined ? ask() : breakers.ask(ask));
    return [(await timeRequest(question.method, request, onRequest, now)) as JsonRpcResult | JsonRpcError];
  }

  async #askHead(question: RpcQuestion): Promise<RpcAnswer> {
    const answer = await this.#ask(question);
    if (answer.error !== undefined) return answer;
    const { number } = await this.#head(BigInt(String(answer.result)));
    return { id: question.id, result: toQuantity(number) };
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

  /** An endpoint that did not answer at the start has not yet said which chain it serves. */
  async #requireSameChain(endpoint: RpcEndpoint): Promise<void> {
    const chainId = await endpoint.askQuantity("eth_chainId");
    if (chainId === this.#chainId) return;
    const chains = { [this.endpoint]: String(this.#chainId), [endpoint.name]: String(chainId) };
    throw new EvmError({ code: "RPC_CHAINS_DIFFER", chains });
  }

  /**
   * The head that the current endpoint claims, as far as it shows it. If that cannot follow the previous one, is lower
   * or does not move, all endpoints are compared.
   *
   * @throws {EvmError} RPC_UNREACHABLE when no endpoint shows a head
   */
  async #head(claimed: bigint): Promise<Head> {
    const { endpoints } = this.#modules;
    const index = this.#current;
    const endpoint = endpoints[index] as RpcEndpoint;
    const isAlone = endpoints.length === 1;
    const { index: before, head } = this.#believed;
    const isKnown = index === before && claimed === head.number;
    const isDue = !isAlone && this.#modules.now() - this.#compared.at > COMPARE_EVERY_MS;
    if (isKnown && (isAlone || !(isDue || this.#isStale))) return head;
    if (isAlone) return this.#believe(index, await readHead(endpoint, claimed));
    const shown = await orError(readHead(endpoint, claimed));
    const isDoubtful = shown instanceof EvmError || this.#isDoubtful(shown);
    if (isDoubtful || isDue) return await this.#compare(claimed, isDoubtful);
    return this.#believe(index, shown);
  }

  /** @param isDoubtful whether the endpoint in use must have the highest head to stay, or only an undisputed one */
  async #compare(claimed: bigint, isDoubtful: boolean): Promise<Head> {
    const { endpoints, logger } = this.#modules;
    const index = this.#current;
    const shown = await Promise.all(endpoints.map((endpoint) => orError(this.#show(endpoint))));
    const heads = shown.map((one) => (one instanceof EvmError ? undefined : one));
    const now = this.#modules.now();
    const furthest = chooseHead(heads, index, now);
    if (furthest === undefined) throw shown[index];
    const [own, other] = [heads[index], heads[furthest] as Head];
    const stays = !isDoubtful && own !== undefined && canBeOfOneChain(own, other, now);
    const [best, head] = stays ? [index, own] : [furthest, other];
    if (best !== index) {
      const [from, to] = [endpoints[index]?.name, endpoints[best]?.name];
      const said = { claimed: String(claimed), believed: String(head.number) };
      logger.warn({ from, to, ...said }, "head of another endpoint believed");
    }
    this.#current = best;
    this.#movedAt = now;
    this.#compared = { head, at: now };
    return this.#believe(best, head);
  }

  async #show(endpoint: RpcEndpoint): Promise<Head> {
    await this.#requireSameChain(endpoint);
    return await readHeadAndPace(endpoint);
  }

  get #isStale(): boolean {
    return this.#modules.now() - this.#movedAt > STALE_AFTER_MS;
  }

  #isDoubtful(head: Head): boolean {
    const before = this.#believed.head;
    if (head.number < before.number || (head.number === before.number && this.#isStale)) return true;
    const now = this.#modules.now();
    return !isOfNow(head, now) || !canBeOfOneChain(this.#compared.head, head, now);
  }

  #believe(index: number, head: Head): Head {
    if (head.number !== this.#believed.head.number) this.#movedAt = this.#modules.now();
    this.#believed = { index, head };
    return head;
  }
}

/** What an endpoint showed, or why it did not. */
async function orError(shown: Promise<Head>): Promise<Head | EvmError> {
  try {
    return await shown;
  } catch (error) {
    if (error instanceof EvmError) return error;
    throw error;
  }
}

/** One endpoint did not answer to these bytes and may have accepted them; another's refusal is then inconclusive. */
function isDoubtful({ method }: RpcQuestion, answer: RpcAnswer, silent: readonly EvmError[]): boolean {
  return method === "eth_sendRawTransaction" && answer.error !== undefined && silent.length > 0;
}
