import type { Logger } from "../logger.ts";
import type { CircuitBreakers } from "./circuit-breakers.ts";
import { EvmError } from "./errors.ts";
import { FailoverProvider } from "./failover-provider.ts";
import { RpcEndpoint } from "./rpc-endpoint.ts";

export interface ConnectOptions {
  /** http(s) URLs, in order of preference; at least one. */
  readonly urls: readonly string[];
  /** How long an endpoint may take for one answer. @default 15,000 */
  readonly answerTimeoutMs?: number;
}

export interface ConnectModules {
  readonly logger: Logger;
  readonly breakers?: CircuitBreakers;
}

const ANSWER_TIMEOUT_MS = 15_000;

/**
 * Connects to the endpoints of one chain and begins with the one that is furthest.
 *
 * @throws {EvmError} RPC_UNREACHABLE when none answers, RPC_CHAINS_DIFFER, BREAKER_OPEN
 */
export async function connectProvider(
  { urls, answerTimeoutMs = ANSWER_TIMEOUT_MS }: ConnectOptions,
  modules: ConnectModules,
): Promise<FailoverProvider> {
  const endpoints = urls.map((url) => new RpcEndpoint(url, answerTimeoutMs));
  const look = () => lookAround(endpoints);
  const alive = await (modules.breakers === undefined ? look() : modules.breakers.ask(look));
  const preferred = alive[0] as Sight;
  if (alive.some(({ chainId }) => chainId !== preferred.chainId)) {
    const chains = Object.fromEntries(alive.map(({ name, chainId }) => [name, String(chainId)]));
    throw new EvmError({ code: "RPC_CHAINS_DIFFER", chains });
  }
  const furthest = alive.reduce((a, b) => (b.head > a.head ? b : a), preferred);
  return new FailoverProvider(preferred.chainId, furthest.index, { endpoints, ...modules });
}

interface Sight {
  readonly index: number;
  readonly name: string;
  readonly chainId: bigint;
  readonly head: bigint;
}

/** What those endpoints say that answer, at least one. */
async function lookAround(endpoints: readonly RpcEndpoint[]): Promise<Sight[]> {
  const found = await Promise.allSettled(
    endpoints.map(async (endpoint, index) => ({
      index,
      name: endpoint.name,
      chainId: await endpoint.askQuantity("eth_chainId"),
      head: await endpoint.askQuantity("eth_blockNumber"),
    })),
  );
  const alive = found.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  if (alive.length === 0) throw (found[0] as PromiseRejectedResult).reason;
  return alive;
}
