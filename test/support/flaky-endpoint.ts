import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
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
  | { readonly kind: "narrow"; readonly maxBlocks: number }
  /** Keeps the state of no block but the latest, in go-ethereum's words. */
  | { readonly kind: "pruned" }
  /** Passes the request on, and answers with an error of its own. */
  | { readonly kind: "gateway"; readonly status: number; readonly code: number }
  /** Answers with an error in a node's words, before or after the node has got the request. */
  | { readonly kind: "refusing"; readonly message: string; readonly afterTheNode?: boolean }
  /** Answers with this error, whatever it is asked. */
  | { readonly kind: "answering"; readonly error: { readonly code: number; readonly message: string } }
  /** Takes all but these bytes. */
  | { readonly kind: "refusing bytes"; readonly bytes: string; readonly message: string }
  /** Names a head that the chain has not reached, and shows this for it. */
  | { readonly kind: "boasting"; readonly head: number; readonly shows: BoastedBlock }
  /** Sends a body without end: as fast as it is taken, or a byte at a time; only for wide ranges of logs if said. */
  | { readonly kind: "endless"; readonly pauseMs?: number; readonly maxBlocks?: number }
  /** Estimates otherwise than asked: without a block, without the pending one, or always on the latest. */
  | { readonly kind: "estimating"; readonly how: "without a block" | "without pending" | "on latest" };

export type BoastedBlock = "no block" | "the latest block" | "a block of now" | "a block of the future";

const DAY_SECONDS = 86_400;
const FILLING = "[".repeat(65_536);

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
        if (text instanceof Readable) return text.on("error", () => undefined).pipe(response);
        if (this.fault.kind === "gateway" && text?.includes(GATEWAY) === true) {
          response.statusCode = this.fault.status;
        }
        return text === undefined ? request.socket.destroy() : response.end(text);
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
  async #answer(request: IncomingMessage): Promise<string | Readable | undefined> {
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
      case "pruned":
        return this.#refusesState(question) ?? (await this.#ask(question));
      case "narrow":
        return this.#refusesRange(question, fault.maxBlocks) ?? (await this.#ask(question));
      case "refusing":
        if (fault.afterTheNode === true) await this.#ask(question);
        return failure(question, -32_000, fault.message);
      case "answering":
        return JSON.stringify({ jsonrpc: "2.0", id: question.id, error: fault.error });
      case "refusing bytes":
        if (question.params[0] !== fault.bytes) return await this.#ask(question);
        return failure(question, -32_000, fault.message);
      case "gateway":
        await this.#ask(question);
        return failure(question, fault.code, GATEWAY);
      case "boasting":
        return await this.#boast(question, fault.head, fault.shows);
      case "endless":
        if (fault.maxBlocks !== undefined && this.#refusesRange(question, fault.maxBlocks) === undefined) {
          return await this.#ask(question);
        }
        return Readable.from(endless(fault.pauseMs));
      case "estimating":
        return question.method === "eth_estimateGas"
          ? await this.#estimate(question, fault.how)
          : await this.#ask(question);
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

  async #boast(question: Question, head: number, shows: BoastedBlock): Promise<string> {
    const number = `0x${head.toString(16)}`;
    if (question.method === "eth_blockNumber") return result(question, number);
    if (question.method !== "eth_getBlockByNumber" || question.params[0] !== number) {
      return await this.#ask(question);
    }
    if (shows === "no block") return result(question, null);
    const latest = JSON.parse(await this.#ask({ ...question, params: ["latest", false] })).result;
    if (shows === "the latest block") return result(question, latest);
    const seconds = Math.floor(Date.now() / 1_000) + (shows === "a block of now" ? 0 : DAY_SECONDS);
    return result(question, { ...latest, number, timestamp: `0x${seconds.toString(16)}` });
  }

  async #estimate(question: Question, how: Extract<Fault, { kind: "estimating" }>["how"]): Promise<string> {
    const [transaction, block] = question.params;
    if (how === "without a block" && block !== undefined) {
      return failure(question, -32_602, "too many arguments, want at most 1");
    }
    if (how === "without pending" && block === "pending") {
      return failure(question, -32_000, "pending block is not available");
    }
    const params = how === "on latest" ? [transaction, "latest"] : question.params;
    return await this.#ask({ ...question, params });
  }

  #refusesState({ id, method, params }: Question): string | undefined {
    const isOfOldBlock = method === "eth_call" && /^0x/.test(String(params[1]));
    if (!isOfOldBlock) return undefined;
    return failure({ id }, -32_000, `missing trie node ${"ab".repeat(32)} (path ) state is not available`);
  }

  #refusesRange({ id, method, params }: Question, maxBlocks: number): string | undefined {
    if (method !== "eth_getLogs") return undefined;
    const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
    if (Number(toBlock) - Number(fromBlock) < maxBlocks) return undefined;
    return failure({ id }, -32_005, "range too large");
  }
}

async function* endless(pauseMs: number | undefined): AsyncGenerator<string> {
  for (;;) {
    yield pauseMs === undefined ? FILLING : " ";
    if (pauseMs !== undefined) await sleep(pauseMs);
  }
}

const failure = ({ id }: Pick<Question, "id">, code: number, message: string) =>
  JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } });

const result = ({ id }: Question, value: unknown) => JSON.stringify({ jsonrpc: "2.0", id, result: value });
