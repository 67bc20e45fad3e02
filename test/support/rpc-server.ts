import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChainProvider } from "../../offchain/evm/chain-provider.ts";

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params?: unknown[];
}

/** Shows a chain in this process to other processes, over HTTP. */
export async function serveChain(
  provider: ChainProvider,
): Promise<AsyncDisposable & { readonly url: string }> {
  const answer = async ({ id, method, params = [] }: Request) => {
    try {
      return { jsonrpc: "2.0", id, result: await provider.send(method, params) };
    } catch (error) {
      return { jsonrpc: "2.0", id, error: { code: -32_000, message: String(error) } };
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString()) as Request | Request[];
      const answers = Array.isArray(asked) ? await Promise.all(asked.map(answer)) : await answer(asked);
      response.setHeader("content-type", "application/json").end(JSON.stringify(answers));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
