import type { Provider } from "ethers";

/** A provider that also takes plain JSON-RPC: fee history, log ranges and other requests that ethers has no method for. */
export interface ChainProvider extends Provider {
  send(method: string, params: unknown[]): Promise<unknown>;
}
