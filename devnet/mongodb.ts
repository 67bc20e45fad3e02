import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { freePort } from "./free-port.ts";

/** A program that can be started as a server, or one that runs already. */
export type ServerProgram =
  | { readonly kind: "running"; readonly uri: string }
  | { readonly kind: "mongod"; readonly path: string }
  | { readonly kind: "secantusdb"; readonly path: string };

const SECANTUSDB = join(import.meta.dirname, "..", ".venv", "secantusdb", "bin", "secantusd-py");
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 100;
/** Suffix of database names on a server that the tests did not start, so that two runs never share one. */
const RUN = Date.now().toString(36);

export function findOnPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** MONGODB_URI, else a mongod, else SecantusDB where it is installed. */
export function findServerProgram(): ServerProgram | undefined {
  const uri = process.env.MONGODB_URI;
  if (uri) return { kind: "running", uri };
  const mongod = process.env.MONGOMS_SYSTEM_BINARY || findOnPath("mongod");
  if (mongod) return { kind: "mongod", path: mongod };
  return existsSync(SECANTUSDB) ? { kind: "secantusdb", path: SECANTUSDB } : undefined;
}

export interface StartOptions {
  /** Kept between starts to see what survives; a new temporary folder by default. */
  readonly storagePath?: string;
  readonly port?: number;
  readonly auth?: boolean;
  /** A server that is not a replica set. */
  readonly standalone?: boolean;
}

/** A server for one test. */
export class TestServer {
  readonly program: ServerProgram;
  readonly port: number;
  readonly storagePath: string;
  private options: StartOptions;
  private readonly databases = new Set<string>();
  private process: ChildProcess | undefined;

  private constructor(program: ServerProgram, port: number, storagePath: string, options: StartOptions) {
    this.program = program;
    this.port = port;
    this.storagePath = storagePath;
    this.options = options;
  }

  /** Starts the program that `findServerProgram` found, for as long as the tests need it. */
  static async start(program: ServerProgram, options: StartOptions = {}): Promise<TestServer> {
    const storagePath = options.storagePath ?? mkdtempSync(join(tmpdir(), "lucid-mongodb-"));
    const server = new TestServer(program, options.port ?? (await freePort()), storagePath, options);
    await server.startAgain();
    return server;
  }

  /** @param database one per test, so that tests can share a server */
  uri(database: string, credentials = ""): string {
    if (this.program.kind === "running") {
      const uri = new URL(this.program.uri);
      const name = `${database}_${RUN}`;
      this.databases.add(name);
      uri.pathname = `/${name}`;
      return uri.href;
    }
    return `mongodb://${credentials}127.0.0.1:${this.port}/${database}`;
  }

  /** @param changes e.g. access control, now that there are users */
  async startAgain(changes: StartOptions = {}): Promise<void> {
    this.options = { ...this.options, ...changes };
    if (this.program.kind === "running") return;
    const { path, kind } = this.program;
    this.process = spawn(path, kind === "mongod" ? this.mongodArguments() : this.secantusArguments(), {
      stdio: "ignore",
    });
    await this.untilReady();
  }

  /** Kills the server as a power cut would: it gets no chance to write anything. */
  async kill(): Promise<void> {
    const server = this.process;
    if (server === undefined) return;
    this.process = undefined;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await ended;
  }

  /** Removes everything again; on a server that was not started here, only the databases. */
  async stop(): Promise<void> {
    await this.kill();
    if (this.program.kind === "running") return await this.dropDatabases(this.program.uri);
    rmSync(this.storagePath, { recursive: true, force: true });
    rmSync(join(this.storagePath, "..", `lucid-key-${this.port}`), { force: true });
  }

  private async dropDatabases(uri: string): Promise<void> {
    const client = new MongoClient(uri);
    for (const name of this.databases) await client.db(name).dropDatabase();
    await client.close();
  }

  private mongodArguments(): string[] {
    const { auth = false, standalone = false } = this.options;
    return [
      ...["--bind_ip", "127.0.0.1", "--port", String(this.port), "--dbpath", this.storagePath],
      ...["--setParameter", "enableTestCommands=1"],
      ...(standalone ? [] : ["--replSet", "lucid"]),
      ...(auth ? ["--auth", "--keyFile", this.keyFile()] : []),
    ];
  }

  /** The key with which members of a replica set authenticate to each other. */
  private keyFile(): string {
    const path = join(this.storagePath, "..", `lucid-key-${this.port}`);
    writeFileSync(path, randomBytes(48).toString("base64"), { mode: 0o600 });
    return path;
  }

  private secantusArguments(): string[] {
    const { auth = false, standalone = false } = this.options;
    return [
      ...["--host", "127.0.0.1", "--port", String(this.port), "--storage-path", this.storagePath],
      ...["--enable-test-commands", "--sync-on-commit"],
      ...(standalone ? ["--standalone"] : []),
      ...(auth ? ["--auth"] : []),
    ];
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const error = await this.tryReady();
      if (error === undefined) return;
      if (Date.now() > deadline) {
        throw new Error(`${this.program.kind} did not start in ${START_TIMEOUT_MS} ms`, { cause: error });
      }
      await delay(POLL_MS);
    }
  }

  /** Why the server is not ready yet; a new mongod is made a replica set of one. */
  private async tryReady(): Promise<unknown> {
    const options = { directConnection: true, serverSelectionTimeoutMS: 500 };
    const client = new MongoClient(`mongodb://127.0.0.1:${this.port}`, options);
    try {
      const hello = await client.db("admin").command({ hello: 1 });
      if (hello.isWritablePrimary) return undefined;
      if (hello.info !== undefined) {
        const config = { _id: "lucid", members: [{ _id: 0, host: `127.0.0.1:${this.port}` }] };
        await client.db("admin").command({ replSetInitiate: config });
      }
      return new Error("it is not a primary yet");
    } catch (error) {
      return error;
    } finally {
      await client.close();
    }
  }
}
