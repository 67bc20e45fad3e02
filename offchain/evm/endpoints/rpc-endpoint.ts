import { cutText } from "../../cut-text.ts";
import { EvmError } from "../errors.ts";
import { isAboutTransaction } from "../node-errors.ts";
import { METHOD_NOT_FOUND, readNodeMessage } from "../node-messages.ts";
import { isPlausible, type RpcAnswer, type RpcQuestion } from "./plausible-answer.ts";
import { readBody } from "./read-body.ts";

const INTERNAL_ERROR = -32_603;
const LIMIT_EXCEEDED = -32_005;
const TOO_MANY_REQUESTS = 429;
/** Sent by gateways, which do not know what the node did. */
const CODES_OF_NO_ANSWER: ReadonlySet<number> = new Set([INTERNAL_ERROR, LIMIT_EXCEEDED, TOO_MANY_REQUESTS]);

/** A request timeout, and too many requests. */
const STATUSES_OF_LATER: ReadonlySet<number> = new Set([408, TOO_MANY_REQUESTS]);
/** Methods that are optional: without them another one is used, or none. */
const OPTIONAL_METHODS: ReadonlySet<string> = new Set(["eth_config"]);

const MIB = 2 ** 20;
/**
 * Of an answer, in bytes. The largest are pages of logs: this is enough for some 80,000 of ours at 800 bytes each, eight
 * times what public endpoints return at once and ten times what one block of 60 million gas can hold.
 */
const MAX_ANSWER_BYTES = 64 * MIB;
const TOO_LONG = `its answer is longer than ${MAX_ANSWER_BYTES / MIB} MiB`;

/** An endpoint's URL without what may be secret in it: credentials, path and query. */
export function endpointName(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** One URL that speaks JSON-RPC. */
export class RpcEndpoint {
  readonly name: string;
  readonly #url: string;
  readonly #headers: Record<string, string> = { "content-type": "application/json" };
  readonly #answerTimeoutMs: number;

  constructor(url: string, answerTimeoutMs: number) {
    const parsed = new URL(url);
    const { username, password } = parsed;
    if (username !== "") {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      this.#headers.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
      parsed.username = "";
      parsed.password = "";
    }
    this.#url = parsed.href;
    this.#answerTimeoutMs = answerTimeoutMs;
    this.name = endpointName(url);
  }

  /**
   * Sends a request once. An error from the node is an answer; one from a gateway in front of it is not. Logs that exceed
   * the limit are answered like those of a node that refuses the range.
   *
   * @throws {EvmError} RPC_UNREACHABLE when no answer came, or it came too late or was malformed
   */
  async ask(question: RpcQuestion): Promise<RpcAnswer> {
    let answer: unknown;
    let status: number | undefined;
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: this.#headers,
        body: JSON.stringify({ jsonrpc: "2.0", ...question }),
        signal: AbortSignal.timeout(this.#answerTimeoutMs),
      });
      // The timeout of the signal covers the body too.
      const text = await readBody(response, MAX_ANSWER_BYTES);
      if (text === undefined) return this.#tooLong(question);
      if (!response.ok) {
        status = response.status;
        if (!text.startsWith("{")) throw new Error(`HTTP status ${status}`);
      }
      answer = JSON.parse(text);
    } catch (cause) {
      throw cause instanceof EvmError ? cause : this.#unreachable(reasonOf(cause), cause);
    }
    if (!isPlausible(question, answer)) throw this.#unreachable(`no answer to ${question.method}`);
    const reason = reasonOfNoAnswer(question, answer, status);
    if (reason !== undefined) throw this.#unreachable(reason);
    if (answer.error === undefined) return answer;
    return { ...answer, error: { ...answer.error, message: cutText(answer.error.message) } };
  }

  /** @throws {EvmError} RPC_UNREACHABLE */
  async askQuantity(method: string): Promise<bigint> {
    const { result } = await this.ask({ id: 1, method, params: [] });
    if (typeof result !== "string") throw this.#unreachable(`it refused ${method}`);
    return BigInt(result);
  }

  /** @throws {EvmError} RPC_UNREACHABLE */
  #tooLong({ id, method }: RpcQuestion): RpcAnswer {
    if (method !== "eth_getLogs") throw this.#unreachable(TOO_LONG);
    return { id, error: { code: LIMIT_EXCEEDED, message: TOO_LONG } };
  }

  #unreachable(reason: string, cause?: unknown): EvmError {
    const details = { code: "RPC_UNREACHABLE", endpoint: this.name, reason: cutText(reason) } as const;
    return new EvmError(details, { cause });
  }
}

/**
 * Why an error does not tell the outcome of a request; undefined where it does. Refused ranges of logs come with any
 * code and status; the caller halves them.
 *
 * @param status of HTTP, where it is not that of success
 */
function reasonOfNoAnswer(
  { method }: RpcQuestion,
  { error }: RpcAnswer,
  status: number | undefined,
): string | undefined {
  if (method === "eth_getLogs" && error !== undefined) return undefined;
  // Some nodes report a revert as an internal error, with what the contract returned.
  // Besu refuses transactions with codes that elsewhere mean "ask later".
  const isSending = method === "eth_sendRawTransaction";
  if (isSending && status === undefined && error !== undefined) {
    if (isAboutTransaction(readNodeMessage(error.message)?.meaning)) return undefined;
  }
  const isExecuted = method === "eth_call" || method === "eth_estimateGas";
  if (isExecuted && error?.code === INTERNAL_ERROR && "data" in error) return undefined;
  if (error !== undefined && refusesMethod(method, error.code, status)) return undefined;
  if (status !== undefined) return `HTTP status ${status}${error === undefined ? "" : `, ${error.message}`}`;
  return error !== undefined && CODES_OF_NO_ANSWER.has(error.code) ? error.message : undefined;
}

/**
 * Whether an endpoint does not offer a method. Gateways say so with any code and HTTP status. Other requests show whether
 * they are down altogether, so for optional methods any such error is taken to mean that.
 */
function refusesMethod(method: string, code: number, status: number | undefined): boolean {
  if (code === METHOD_NOT_FOUND) return true;
  const isRefused = status !== undefined && Math.floor(status / 100) === 4 && !STATUSES_OF_LATER.has(status);
  return OPTIONAL_METHODS.has(method) && isRefused && !CODES_OF_NO_ANSWER.has(code);
}

/** fetch hides the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as NodeJS.ErrnoException;
  return code ?? cause.message;
}
