import { EvmError } from "./errors.ts";
import { isPlausible, type RpcAnswer, type RpcQuestion } from "./plausible-answer.ts";

/** One URL that speaks JSON-RPC. */
export class RpcEndpoint {
  /** Without what may be secret in its URL: credentials, path and query. */
  readonly name: string;
  readonly #url: string;
  readonly #headers: Record<string, string> = { "content-type": "application/json" };
  readonly #answerTimeoutMs: number;

  constructor(url: string, answerTimeoutMs: number) {
    const parsed = new URL(url);
    const { protocol, host, username, password } = parsed;
    if (username !== "") {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      this.#headers.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
      parsed.username = "";
      parsed.password = "";
    }
    this.#url = parsed.href;
    this.#answerTimeoutMs = answerTimeoutMs;
    this.name = `${protocol}//${host}`;
  }

  /**
   * Asks once. An error that the node answers with is an answer.
   *
   * @throws {EvmError} RPC_UNREACHABLE when nothing, too late, or something that is no answer came
   */
  async ask(question: RpcQuestion): Promise<RpcAnswer> {
    let answer: unknown;
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: this.#headers,
        body: JSON.stringify({ jsonrpc: "2.0", ...question }),
        signal: AbortSignal.timeout(this.#answerTimeoutMs),
      });
      const text = await response.text();
      if (!response.ok && !text.startsWith("{")) throw new Error(`HTTP status ${response.status}`);
      answer = JSON.parse(text);
    } catch (cause) {
      throw this.#unreachable(reasonOf(cause), cause);
    }
    if (!isPlausible(question, answer)) throw this.#unreachable(`no answer to ${question.method}`);
    return answer;
  }

  /** @throws {EvmError} RPC_UNREACHABLE */
  async askQuantity(method: string): Promise<bigint> {
    const { result } = await this.ask({ id: 1, method, params: [] });
    if (typeof result !== "string") throw this.#unreachable(`it refused ${method}`);
    return BigInt(result);
  }

  #unreachable(reason: string, cause?: unknown): EvmError {
    return new EvmError({ code: "RPC_UNREACHABLE", endpoint: this.name, reason }, { cause });
  }
}

/** fetch hides the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as NodeJS.ErrnoException;
  return code ?? cause.message;
}
