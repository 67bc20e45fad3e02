import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a gateway answers instead of what the node answers; undefined to pass that on. */
export type GatewayAnswer = (call: string, body: string, answer: string) => unknown;

/** An HTTP server in front of a TRON node that changes some of its answers. */
export async function openGateway(host: string, change: GatewayAnswer) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      fetch(`${host}${request.url}`, { method: "POST", body })
        .then(async (answered) => {
          const answer = await answered.text();
          const changed = change(String(request.url).split("/").at(-1) as string, body, answer);
          response.setHeader("content-type", "application/json");
          response.end(changed === undefined ? answer : JSON.stringify(changed));
        })
        .catch((error) => response.destroy(error));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
