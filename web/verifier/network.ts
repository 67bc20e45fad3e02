import { SettingsError } from "../../offchain/config/errors.ts";
import type { ChainReader } from "../../offchain/contracts/contract-reader.ts";
import { connectProvider } from "../../offchain/evm/endpoints/connect-provider.ts";

/** The warnings of a provider, which has only one endpoint here. */
const logger = { warn: (...parts: unknown[]) => console.warn(...parts) };

let bound: { readonly origin: string; readonly url: string; readonly chain: ChainReader } | undefined;

/**
 * Connects to the endpoint that the visitor named. From its first answer on, a Content-Security-Policy lets the page reach
 * nothing else, whatever it might be made to ask for; another endpoint needs a new page.
 *
 * @throws {SettingsError} ARGUMENT_INVALID
 * @throws {EvmError} RPC_UNREACHABLE
 */
export async function connect(url: string): Promise<ChainReader> {
  const origin = originOf(url);
  if (bound?.url === url) return bound.chain;
  if (bound !== undefined && bound.origin !== origin) {
    const expected = `${bound.origin}, the only endpoint that this page may still reach. Reload the page to name another`;
    throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "the endpoint", value: url, expected });
  }
  const provider = await connectProvider({ urls: [url] }, { logger, now: Date.now });
  allowOnly(origin);
  const chain = { provider, chainId: async () => Number((await provider.getNetwork()).chainId) };
  bound = { origin, url, chain };
  return chain;
}

function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    const expected = "an http:// or https:// URL of a node's JSON-RPC";
    throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "the endpoint", value: url, expected });
  }
  return parsed.origin;
}

/** Policies add up: a request must be allowed by each of them. */
function allowOnly(origin: string): void {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `connect-src ${origin}`;
  document.head.append(policy);
}
