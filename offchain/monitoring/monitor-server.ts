import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import type { ListenAddress } from "../config/environment.ts";
import type { Logger } from "../logger.ts";
import { printable } from "../printable.ts";
import { MonitoringError } from "./errors.ts";
import { checkReadiness, type ReadinessCheck } from "./readiness.ts";

export interface MonitorServerOptions {
  readonly address: ListenAddress;
  /** Setting that the address comes from. */
  readonly setting: string;
  /** How long a check may take. @default 5,000 */
  readonly checkTimeoutMs?: number;
}

export interface MonitorServerModules {
  readonly checks: readonly ReadinessCheck[];
  readonly registry: Registry;
  readonly logger: Logger;
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

const CHECK_TIMEOUT_MS = 5_000;
/** Whoever connects and sends nothing does not keep a connection. */
const REQUEST_TIMEOUT_MS = 10_000;
const TEXT = "text/plain; charset=utf-8";
const NOT_FOUND: Answer = { status: 404, body: "not found: /livez, /readyz, /metrics\n" };

/**
 * Answers over HTTP how a long-running process is: `/livez` (it runs), `/readyz` (it can do its work; `?verbose` lists
 * every check, as Kubernetes does) and `/metrics` (Prometheus). It has no authentication and shows no secret; keep it on
 * loopback or in a network of its own.
 */
export class MonitorServer implements AsyncDisposable {
  /** With the port that was chosen where none was asked for. */
  readonly address: ListenAddress;
  readonly #server: Server;

  private constructor(server: Server, address: ListenAddress) {
    this.#server = server;
    this.address = address;
  }

  /** @throws {MonitoringError} MONITOR_ADDRESS_UNUSABLE */
  static async start(
    { address, setting, checkTimeoutMs = CHECK_TIMEOUT_MS }: MonitorServerOptions,
    modules: MonitorServerModules,
  ): Promise<MonitorServer> {
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      answer(request, modules, checkTimeoutMs).then(
        (found) => send(request, response, found),
        (error: unknown) => {
          modules.logger.error({ path: request.url, reason: String(error) }, "monitor request failed");
          send(request, response, { status: 500, body: "failed: see the log\n" });
        },
      );
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", (cause) => {
      const shown = `${address.host}:${address.port}`;
      const details = { setting, address: shown, reason: cause.message };
      reject(new MonitoringError({ code: "MONITOR_ADDRESS_UNUSABLE", ...details }, { cause }));
    });
    server.listen(address.port, address.host, resolve);
    await promise;
    const { port } = server.address() as AddressInfo;
    return new MonitorServer(server, { host: address.host, port });
  }

  /** Without a path. */
  get url(): string {
    const { host, port } = this.address;
    return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function answer(
  { method, url = "/" }: IncomingMessage,
  { checks, registry }: MonitorServerModules,
  timeoutMs: number,
): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") return { status: 405, body: "GET and HEAD only\n" };
  const [path, query = ""] = url.split("?", 2);
  switch (path) {
    case "/livez":
      return { status: 200, body: "ok\n" };
    case "/readyz":
      return await readiness(checks, timeoutMs, new URLSearchParams(query).has("verbose"));
    case "/metrics":
      return { status: 200, type: registry.contentType, body: await registry.metrics() };
    default:
      return NOT_FOUND;
  }
}

/** Reasons are shown in any case: an operator who is told "not ready" asks why. */
async function readiness(
  checks: readonly ReadinessCheck[],
  timeoutMs: number,
  isVerbose: boolean,
): Promise<Answer> {
  const results = await checkReadiness(checks, timeoutMs);
  const isReady = results.every(({ reason }) => reason === undefined);
  const lines = results
    .filter(({ reason }) => isVerbose || reason !== undefined)
    .map(({ name, reason }) =>
      reason === undefined ? `[+]${name} ok` : `[-]${name} failed: ${printable(reason)}`,
    );
  return {
    status: isReady ? 200 : 503,
    body: `${[...lines, isReady ? "ok" : "not ready"].join("\n")}\n`,
  };
}

function send({ method }: IncomingMessage, response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    "content-type": type ?? TEXT,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(method === "HEAD" ? undefined : body);
}
