import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What is wrong with the endpoint right now. */
export type Fault =
  | { readonly kind: "none" }
  /** Cuts the connection, before or after the node has got the request. */
  | { readonly kind: "dead"; readonly afterTheNode?: boolean }
  | { readonly kind: "late"; readonly byMs: number }
  | { readonly kind: "rubbish"; readonly text: string }
  /** Shows the chain as it was at a block, and nothing of what came after. */
  | { readonly kind: "behind"; readonly head: number }
  | { readonly kind: "narrow"; readonly mostBlocks: number }
  /** Passes the request on, and answers with an error of its own. */
  | { readonly kind: "gateway"; readonly status: number; readonly code: number }
  /** Answers with an error in a node's words, before or after the node has got the request. */
  | { readonly kind: "refusing"; readonly message: string; readonly afterTheNode?: boolean }
  /** Takes all but these bytes. */
  | { readonly kind: "underpriced"; readonly bytes: string };

const GATEWAY = "upstream did not answer in time";

interface Question {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Stands between a client and a real node and goes wrong on command. */
export class FlakyEndpoint implements AsyncDisposable {
  readonly url: string;
  fault: Fault = { kind: "none" };
  /** Methods that the fault is for. @default all */
  only: readonly string[] | undefined;
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #node: string;

  private constructor(server: Server, node: string) {
    this.#server = server;
    this.#node = node;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => {
      void this.#answer(request).then((text) => {
        if (this.fault.kind === "gateway" && text?.includes(GATEWAY) === true) {
          response.statusCode = this.fault.status;
        }
        if (text === undefined) request.socket.destroy();
        else response.end(text);
      });
    });
  }

  static async before(node: string): Promise<FlakyEndpoint> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FlakyEndpoint(server, node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** @returns undefined where the connection is cut */
  async #answer(request: IncomingMessage): Promise<string | undefined> {
    let body = "";
    for await (const part of request) body += part;
    const question = JSON.parse(body) as Question;
    this.asked.push(question.method);
    const fault = this.only?.includes(question.method) === false ? ({ kind: "none" } as const) : this.fault;
    switch (fault.kind) {
      case "none":
        return await this.#ask(question);
      case "dead":
        if (fault.afterTheNode === true) await this.#ask(question);
        return undefined;
      case "late":
        await sleep(fault.byMs);
        return await this.#ask(question);
      case "rubbish":
        return fault.text;
      case "behind":
        return await this.#askAt(question, fault.head);
      case "narrow":
        return this.#refusesRange(question, fault.mostBlocks) ?? (await this.#ask(question));
      case "refusing":
        if (fault.afterTheNode === true) await this.#ask(question);
        return failure(question, -32_000, fault.message);
      case "underpriced":
        if (question.params[0] !== fault.bytes) return await this.#ask(question);
        return failure(question, -32_000, "transaction underpriced");
      case "gateway":
        await this.#ask(question);
        return failure(question, fault.code, GATEWAY);
    }
  }

  async #ask(question: Question): Promise<string> {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ jsonrpc: "2.0", ...question });
    return await (await fetch(this.#node, { method: "POST", headers, body })).text();
  }

  async #askAt(question: Question, head: number): Promise<string> {
    const tag = `0x${head.toString(16)}`;
    if (question.method === "eth_blockNumber") return result(question, tag);
    const params = question.params.map((param) => (param === "latest" || param === "pending" ? tag : param));
    const text = await this.#ask({ ...question, params });
    const isOfLater = Number(JSON.parse(text).result?.blockNumber) > head;
    return isOfLater ? result(question, null) : text;
  }

  #refusesRange({ id, method, params }: Question, mostBlocks: number): string | undefined {
    if (method !== "eth_getLogs") return undefined;
    const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
    if (Number(toBlock) - Number(fromBlock) < mostBlocks) return undefined;
    return failure({ id }, -32_005, "range too large");
  }
}

const failure = ({ id }: Pick<Question, "id">, code: number, message: string) =>
  JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } });

const result = ({ id }: Question, value: unknown) => JSON.stringify({ jsonrpc: "2.0", id, result: value });
