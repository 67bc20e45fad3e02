import type { Provider } from "ethers";

/** A provider that also takes plain JSON-RPC: fee history, log ranges and anything else that ethers has no word for. */
export interface ChainProvider extends Provider {
  send(method: string, params: unknown[]): Promise<unknown>;
}
