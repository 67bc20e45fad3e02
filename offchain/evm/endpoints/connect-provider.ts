import type { Logger } from "../../logger.ts";
import type { TimedRequest } from "../../monitoring/latency-metrics.ts";
import type { CircuitBreakers } from "../breakers/circuit-breakers.ts";
import { EvmError } from "../errors.ts";
import { chooseHead } from "./choose-head.ts";
import { type Head, readHead, readHeadAndPace } from "./endpoint-head.ts";
import { FailoverProvider } from "./failover-provider.ts";
import { RpcEndpoint } from "./rpc-endpoint.ts";

export interface ConnectOptions {
  /** http(s) URLs, in order of preference; at least one. */
  readonly urls: readonly string[];
  /** How long an endpoint may take for one answer. @default 15,000 */
  readonly answerTimeoutMs?: number;
}

export interface ConnectModules {
  readonly logger: Pick<Logger, "warn">;
  readonly breakers?: CircuitBreakers;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Told how long each request took. @default nobody */
  readonly onRequest?: ((request: TimedRequest) => void) | undefined;
}

const ANSWER_TIMEOUT_MS = 15_000;

/**
 * Connects to the endpoints of one chain and starts with the one that has the highest block.
 *
 * @throws {EvmError} RPC_UNREACHABLE when none answers with a head, RPC_CHAINS_DIFFER, BREAKER_OPEN
 */
export async function connectProvider(
  { urls, answerTimeoutMs = ANSWER_TIMEOUT_MS }: ConnectOptions,
  modules: ConnectModules,
): Promise<FailoverProvider> {
  const endpoints = urls.map((url) => new RpcEndpoint(url, answerTimeoutMs));
  const askAll = () => askEach(endpoints);
  const found = await (modules.breakers === undefined ? askAll() : modules.breakers.ask(askAll));
  const alive = found.filter((one) => one !== undefined);
  const chainId = (alive[0] as EndpointSnapshot).chainId;
  if (alive.some((one) => one.chainId !== chainId)) {
    const chains = Object.fromEntries(alive.map((one) => [one.name, String(one.chainId)]));
    throw new EvmError({ code: "RPC_CHAINS_DIFFER", chains });
  }
  const heads = found.map((one) => one?.head);
  const index = chooseHead(heads, 0, modules.now()) as number;
  return new FailoverProvider(chainId, { index, head: heads[index] as Head }, { endpoints, ...modules });
}

interface EndpointSnapshot {
  readonly name: string;
  readonly chainId: bigint;
  readonly head: Head;
}

/** The answers of all endpoints that answer; at least one does. */
async function askEach(endpoints: readonly RpcEndpoint[]): Promise<(EndpointSnapshot | undefined)[]> {
  const isAlone = endpoints.length === 1;
  const found = await Promise.allSettled(
    endpoints.map(async (endpoint) => ({
      name: endpoint.name,
      chainId: await endpoint.askQuantity("eth_chainId"),
      head: await (isAlone ? readHead(endpoint) : readHeadAndPace(endpoint)),
    })),
  );
  if (found.every(({ status }) => status === "rejected")) throw (found[0] as PromiseRejectedResult).reason;
  return found.map((answer) => (answer.status === "fulfilled" ? answer.value : undefined));
}
