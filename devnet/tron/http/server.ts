import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer, or the end of the connection without one. */
export type HttpAnswer =
  | { readonly status: number; readonly contentType: string; readonly body: string }
  | "hang-up";

export interface HttpQuestion {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface ListeningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** More than the largest transaction that a node looks at, in hex. */
const MAX_BODY_BYTES = 4 * 1_024 * 1_024;

/** A long run holds up everything here; clients' idle connections must outlive it. */
const KEEP_ALIVE_MS = 60_000;

/** Serves HTTP with one function. @param port 0 for a free one @throws where the port is taken */
export async function listen(
  host: string,
  port: number,
  answer: (question: HttpQuestion) => Promise<HttpAnswer>,
): Promise<ListeningServer> {
  const server = createServer((request, response) => {
    void respond(request, response, answer);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://${host}:${bound}`, close: () => closed(server) };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (question: HttpQuestion) => Promise<HttpAnswer>,
): Promise<void> {
  try {
    const url = new URL(request.url ?? "/", "http://node");
    const body = await bodyOf(request);
    const question = { method: request.method ?? "GET", path: url.pathname, query: url.searchParams, body };
    const result = await answer(question);
    if (result === "hang-up") {
      request.socket.destroy();
      return;
    }
    response.writeHead(result.status, { "content-type": result.contentType });
    response.end(result.body);
  } catch (error) {
    if (error instanceof TooLarge) {
      response.writeHead(413, { "content-type": "text/plain", connection: "close" });
      response.end(error.message);
      return;
    }
    // A fault of the node itself: nothing that java-tron would answer.
    response.writeHead(500, { "content-type": "text/plain" });
    response.end(error instanceof Error ? error.stack : String(error));
  }
}

class TooLarge extends Error {}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new TooLarge(`the request has more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function closed(server: Server): Promise<void> {
  const done = new Promise<void>((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
  server.closeAllConnections();
  await done;
}
