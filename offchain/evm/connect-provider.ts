import { FallbackProvider, FetchRequest, JsonRpcProvider, type Provider } from "ethers";
import { EvmError } from "./errors.ts";

/** How long an endpoint may take for one answer, in ms. */
const ANSWER_TIMEOUT_MS = 15_000;
/** One answer is enough: endpoints are there for each other's failures, not to outvote one another. */
const QUORUM = 1;

/**
 * Connects to the endpoints of one chain; with several, a dead one is stepped over.
 *
 * Each is asked for its chain first: ethers would look for an endpoint that does not answer forever.
 *
 * @param urls http(s) URLs, in order of preference; at least one.
 * @throws {EvmError} RPC_UNREACHABLE when none answers, RPC_CHAINS_DIFFER
 */
export async function connectProvider(urls: readonly string[]): Promise<Provider> {
  const asked = await Promise.allSettled(urls.map(async (url) => ({ url, chainId: await askChainId(url) })));
  const alive = asked.filter((answer) => answer.status === "fulfilled").map(({ value }) => value);
  const [first] = alive;
  if (first === undefined) throw asked.find((answer) => answer.status === "rejected")?.reason;
  if (alive.some(({ chainId }) => chainId !== first.chainId)) {
    const chains = Object.fromEntries(alive.map(({ url, chainId }) => [endpointName(url), String(chainId)]));
    throw new EvmError({ code: "RPC_CHAINS_DIFFER", chains });
  }
  const providers = alive.map(({ url, chainId }) => {
    const provider = new JsonRpcProvider(request(url), chainId, { staticNetwork: true });
    return provider;
  });
  return providers.length === 1
    ? (providers[0] as JsonRpcProvider)
    : new FallbackProvider(providers, first.chainId, { quorum: QUORUM });
}

/** An endpoint without what may be secret in its URL: credentials, path and query. */
export function endpointName(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function request(url: string): FetchRequest {
  const fetchRequest = new FetchRequest(url);
  fetchRequest.timeout = ANSWER_TIMEOUT_MS;
  return fetchRequest;
}

async function askChainId(url: string): Promise<bigint> {
  try {
    const question = request(url);
    question.body = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
    // A refused connection is an answer: without this, ethers tries again until its time-out.
    question.setThrottleParams({ maxAttempts: 1 });
    const response = await question.send();
    response.assertOk();
    return BigInt(response.bodyJson.result);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EvmError({ code: "RPC_UNREACHABLE", endpoint: endpointName(url), reason }, { cause });
  }
}
